//! What stands in memory is not written to a disk that nobody looks after.

/// No core dump of this process, whatever the machine does with those: what it holds may be restricted. The programs
/// it starts inherit the limit. Two calls to the system; where it refuses, nothing is lost but this.
pub fn forbid() {
    #[cfg(all(unix, not(any(target_os = "fuchsia", target_os = "vita"))))]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    // A pattern that pipes dumps into a program takes no notice of the limit.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

//! A file that may not grow further is an error that is told, not the end of the program.

/// A limit of the shell on the size of files (SIGXFSZ of `ulimit -f`) ends whoever meets it, without a word and in the middle of
/// a line. With the signal caught, the write fails instead and is told as any other. Caught, not ignored: the programs
/// that are started have it as they always had.
pub fn survive() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        let _ = signal_hook::flag::register(
            rustix::process::Signal::XFSZ.as_raw(),
            Arc::new(AtomicBool::new(false)),
        );
    }
}

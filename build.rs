//! Asks the ELF linkers of Linux for a smaller program. The released one leaves out the tables for unwinding: it ends
//! where it met what cannot be, and never unwinds; they would be a ninth of it. One that brings its C library packs the
//! list of the addresses that are set right at the start, the C library of a system may be too old to read that.

use std::env::var;
use std::path::Path;

/// Added to the linker's own script. The start of a static program looks for the tables of its own files.
const SCRIPT: &str = "SECTIONS { /DISCARD/ : { *(EXCLUDE_FILE(*crt*.o) .eh_frame) } } INSERT AFTER .text;\n";
/// Set to anything for a linker that reads no scripts.
const KEEP: &str = "CASEBOOK_KEEP_TABLES";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={KEEP}");
    let is = |name: &str, what: &str| var(name).is_ok_and(|said| said == what);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("PROFILE", "release") && var(KEEP).is_err() {
        let script = Path::new(&var("OUT_DIR").expect("cargo sets it")).join("sections.ld");
        std::fs::write(&script, SCRIPT).expect("cargo made the folder for it");
        println!("cargo:rustc-link-arg-bin=casebook=-Wl,-T,{}", script.display());
    }
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "musl") {
        println!("cargo:rustc-link-arg-bin=casebook=-Wl,-z,pack-relative-relocs");
    }
}

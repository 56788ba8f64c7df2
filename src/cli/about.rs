//! Casebook about itself: completion scripts, the manual page, whose work is in it.

use std::process::ExitCode;

use clap::Command;
use clap_mangen::Man;

use super::failure::Failure;
use super::out;
use crate::model::attack;
use crate::verb::{self, Shell};

/// Whose work is in the program, with the terms it came on; `cargo run --example notices` writes it.
pub(super) const NOTICES: &str = include_str!("../../assets/THIRD-PARTY-NOTICES.txt");

/// `completions SHELL`.
pub(super) fn completions(shell: Shell) -> ExitCode {
    out::print(&script(shell))
}

/// What a shell reads to complete a line.
pub(super) fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut verb::tree(), "casebook", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// `man`.
pub(super) fn man() -> Result<ExitCode, Failure> {
    page().map(|page| out::print(&page))
}

/// The whole manual in one page, a section for every verb.
pub(super) fn page() -> Result<String, Failure> {
    written().map_err(|error| Failure::could_not(format!("The manual page could not be written: {error}.")))
}

fn written() -> std::io::Result<String> {
    let mut tree = verb::tree();
    tree.build();
    let mut page = Vec::new();
    let man = Man::new(tree.clone()).title("CASEBOOK").section("1");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    page.extend(FRONT.as_bytes());
    man.render_options_section(&mut page)?;
    page.extend(b".SH VERBS\n");
    let mut page = String::from_utf8_lossy(&page).into_owned();
    for command in tree.get_subcommands() {
        section(command, &format!("casebook {}", command.get_name()), &mut page)?;
    }
    page.push_str(BACK);
    page.push_str(&format!(".SH NAMES OF TECHNIQUES\n{}\n.PP\n.nf\n", roff(attack::ATTRIBUTION)));
    attack::LICENCE.lines().for_each(|line| page.push_str(&format!("{}\n", roff(line))));
    page.push_str(".fi\n");
    Ok(page)
}

/// A line of plain text, harmless to the formatter.
fn roff(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-");
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
}

/// A verb and its own verbs, without the options that stand everywhere.
fn section(command: &Command, name: &str, page: &mut String) -> std::io::Result<()> {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    page.push_str(&format!(".SS {}\n{about}\n", name.replace('-', "\\-")));
    let own: Vec<&str> = command
        .get_arguments()
        .filter(|arg| arg.get_help_heading() != Some("Everywhere") && !arg.is_hide_set())
        .map(|arg| arg.get_id().as_str())
        .collect();
    let mut command = command.clone();
    for arg in command.clone().get_arguments().filter(|arg| !own.contains(&arg.get_id().as_str())) {
        command = command.mut_arg(arg.get_id(), |arg| arg.hide(true));
    }
    let mut options = Vec::new();
    Man::new(command.clone().disable_help_flag(true)).render_options_section(&mut options)?;
    let options = String::from_utf8_lossy(&options).into_owned();
    for line in options
        .lines()
        .filter(|line| !line.starts_with(".SH") && !line.starts_with(".ie") && !line.starts_with(".el"))
    {
        page.push_str(line);
        page.push('\n');
    }
    for inner in command.get_subcommands() {
        section(inner, &format!("{name} {}", inner.get_name()), page)?;
    }
    Ok(())
}

const FRONT: &str = r#".SH SYNOPSIS
\fBcasebook\fR
.br
\fBcasebook\fR [\fIOPTIONS\fR] \fIVERB\fR ...
.SH DESCRIPTION
casebook works incidents in a terminal: which phase they are in, what must be done, what has been done, what is due, who decided. Without a verb it opens the screens; without a terminal it prints the list. Everything that is recorded is appended to plain files and never changed.
.PP
A line that changes something answers with the incident, the time with its offset, and \fIsaved\fR once it is on the disk.
"#;

const BACK: &str = r#".SH TIMES
\fBnow\fR, \fB\-12m\fR, \fB\-2h\fR, \fB14:02\fR, \fByesterday 23:10\fR, \fB+30m\fR, \fBtomorrow 09:00\fR, \fB2026\-11\-21 14:02\fR, RFC 3339. Facts take the nearest past, due times the nearest future. Without an offset the zone of \fB\-\-zone\fR is assumed, and the answer says so.
.SH ENVIRONMENT
.TP
\fBCASEBOOK_STORE\fR
Folder of the incidents, like \fB\-\-store\fR
.TP
\fBCASEBOOK_STATE\fR
Folder for what stays on this machine: leases, drafts, the list cache
.TP
\fBCASEBOOK_USER\fR
Who I am, like \fB\-\-as\fR
.TP
\fBCASEBOOK_INCIDENT\fR
The incident, like \fB\-i\fR
.TP
\fBCASEBOOK_NOW\fR
Sets the clock (RFC 3339); the record says so
.TP
\fBCASEBOOK_ASCII\fR
Only ASCII characters, like \fB\-\-ascii\fR
.TP
\fBNO_COLOR\fR
No colours
.SH EXIT STATUS
.TP
\fB0\fR
Done, or so already
.TP
\fB1\fR
Could not: disk, file, network
.TP
\fB2\fR
Misused: the words could not be understood
.TP
\fB3\fR
Refused by the incident; the message says which rule and what to type
"#;

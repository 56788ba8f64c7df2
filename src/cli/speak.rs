//! `--speak`: a prompt over the verbs in plain lines, for screen readers, braille lines and very slow links.
//!
//! No frames, no colours, no cursor movement: not one escape sequence is written. What stands in columns
//! elsewhere is a sentence here. Changes by others are told before each prompt, and as they come while one
//! follows. With a script on standard input there is no prompt, every line is done, and the exit code is that
//! of the first line that was not.

use std::collections::HashSet;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, Sender};

use super::failure::{Failure, Told};
use super::out::{self, Out};
use super::shell::Shell;
use super::{Answer, Handed, carry_out, choose, exercise, look};
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::store::{Address, Look, Record, Watch};
use crate::verb::{Act, Context, Group, Said, VERBS, help_of, parse_line};

/// Lines of an answer that are told at once to somebody who listens; `more` tells the next.
const AT_ONCE: usize = 12;

/// What the prompt waits for.
enum Heard {
    Line(String),
    /// Standard input has ended.
    End,
    /// Somebody wrote to the incident at hand.
    Changed,
}

/// Reads lines and carries them out until `quit` or the end of the input.
pub(super) fn speak(mut shell: Shell, handed: Handed) -> ExitCode {
    shell.speak();
    let (to, heard) = mpsc::channel();
    let wake = to.clone();
    let watch = Watch::new(move |_| {
        // Nobody listens any more: the session is over.
        let _ = wake.send(Heard::Changed);
    });
    let listens = std::io::stdin().is_terminal();
    listen(to);
    let mut session = Session {
        shell,
        handed,
        heard,
        watch,
        listens,
        case: None,
        follows: false,
        left: Vec::new(),
        failed: None,
    };
    session.greet();
    session.run();
    // A slip at a prompt is no failure of the session; in a script it is.
    session.failed.filter(|_| !listens).unwrap_or(ExitCode::SUCCESS)
}

/// Hands over the lines of standard input as they come.
fn listen(to: Sender<Heard>) {
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            match input.read_until(b'\n', &mut line) {
                Ok(1..) => {
                    let line = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
                    if to.send(Heard::Line(line)).is_err() {
                        return;
                    }
                }
                // What cannot be read any further has ended.
                Ok(0) | Err(_) => {
                    let _ = to.send(Heard::End);
                    return;
                }
            }
        }
    });
}

/// The incident at hand, and what of it has been told.
struct Case {
    record: Record,
    seen: HashSet<LineId>,
}

struct Session {
    shell: Shell,
    handed: Handed,
    heard: Receiver<Heard>,
    watch: Watch,
    /// Somebody sits there, and it is no script.
    listens: bool,
    case: Option<Case>,
    follows: bool,
    /// The rest of the last answer.
    left: Vec<String>,
    /// Of the first line that was not carried out.
    failed: Option<ExitCode>,
}

/// What becomes of the session after a line.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Quit,
}

impl Session {
    fn greet(&mut self) {
        if self.listens {
            self.say("casebook. Type a verb, help, or quit.");
        }
        self.take_up();
        if self.listens {
            match &self.case {
                Some(case) => self.say(&standing(&case.record)),
                None => {
                    let open = self.shell.store.list(Look::Checked).map_or(0, |rows| {
                        rows.iter().filter(|(_, row)| !row.closed && row.shut.is_none()).count()
                    });
                    self.say(&format!("{open} incidents are open. list names them; use NUMBER takes one."));
                }
            }
        }
    }

    fn run(&mut self) {
        loop {
            self.news();
            self.prompt();
            let line = loop {
                match self.heard.recv() {
                    Ok(Heard::Line(line)) => break line,
                    Ok(Heard::Changed) if self.follows => self.news(),
                    Ok(Heard::Changed) => {}
                    Ok(Heard::End) | Err(_) => return,
                }
            };
            if self.line(line.trim()) == Next::Quit {
                return;
            }
        }
    }

    fn prompt(&self) {
        if self.listens && !self.follows {
            let number = self.case.as_ref().map_or("casebook", |case| case.record.address.number.as_str());
            self.write(&format!("{number}> "));
        }
    }

    fn line(&mut self, line: &str) -> Next {
        let followed = std::mem::take(&mut self.follows);
        let words: Vec<&str> = line.trim_start_matches(':').split_whitespace().collect();
        match words[..] {
            [] if followed => self.say("No longer following."),
            [] => {}
            ["quit" | "q" | "exit"] => return Next::Quit,
            ["more"] => self.tell_left(),
            ["help" | "?"] => self.help(),
            ["help", ref verb @ ..] | [ref verb @ .., "--help" | "-h"] => match help_of(verb) {
                Ok(text) => self.tell(text.lines().map(str::to_owned).collect()),
                Err(refusal) => self.fail(&refusal.into()),
            },
            _ => {
                self.shell.go_on();
                match self.understood(line).and_then(|said| self.done(&said)) {
                    Ok(()) => {}
                    Err(failure) => self.fail(&failure),
                }
            }
        }
        Next::GoOn
    }

    /// What a line means, in a drill in the time of its story.
    fn understood(&mut self, line: &str) -> Result<Said, Failure> {
        let said = parse_line(line, &Context { now: self.shell.now, zone: &self.shell.zone })?;
        if !exercise::enter(&mut self.shell, &said)? {
            return Ok(said);
        }
        Ok(parse_line(line, &Context { now: self.shell.now, zone: &self.shell.zone })?)
    }

    /// Carries out what a line says; what it records is on the disk before this returns.
    fn done(&mut self, said: &Said) -> Result<(), Failure> {
        if let Act::Use = said.act {
            let address = choose::incident(&self.shell, said)?;
            self.shell.incident = Some(address.number.clone());
            self.take_up();
            if let Some(case) = &self.case {
                self.say(&standing(&case.record));
            }
            return Ok(());
        }
        if let Act::Follow = said.act {
            if said.incident.is_some() {
                let address = choose::incident(&self.shell, said)?;
                self.shell.incident = Some(address.number);
                self.take_up();
            }
            return self.follow();
        }
        let mut answer = carry_out(&mut self.shell, said, self.handed)?;
        exercise::after(&self.shell, &said.act, &mut answer);
        match answer {
            Answer::Given(code) if code != ExitCode::SUCCESS => {
                self.failed.get_or_insert(code);
            }
            Answer::Given(_) => {}
            Answer::Out(out) => {
                let text = out.render();
                let opened = text.trim().to_owned();
                self.tell(text.lines().map(str::to_owned).collect());
                if let Act::Open(_) = said.act {
                    self.shell.incident = Some(opened);
                    self.take_up();
                }
            }
        }
        if self.case.is_none() {
            self.take_up();
        }
        Ok(())
    }

    /// Finds the incident at hand, and watches it.
    fn take_up(&mut self) {
        let nothing = Said { act: Act::Next, incident: None, at: None, who: None, due: None };
        let found = choose::incident(&self.shell, &nothing).ok();
        self.case = found.and_then(|address| self.read(&address));
    }

    fn read(&mut self, address: &Address) -> Option<Case> {
        // Watched before it is read, so that nothing falls between the two.
        self.watch.only(&[address.folder.join("journal")]);
        let record = self.shell.read(address).ok()?;
        let seen = record.incident.entries.iter().map(|entry| entry.id).collect();
        Some(Case { record, seen })
    }

    /// Tells what others have written since, a line each.
    fn news(&mut self) {
        let Some(case) = &mut self.case else { return };
        if case.record.catch_up().is_err() {
            return;
        }
        let me = self.shell.by.clone();
        let entries = &case.record.incident.entries;
        let fresh: Vec<_> = entries.iter().filter(|entry| case.seen.insert(entry.id)).collect();
        let others = fresh.into_iter().filter(|entry| entry.by != me);
        let rows = others.map(|entry| look::activity::row(&self.shell, entry, entry.written())).collect();
        let mut told = Out::new(&self.shell);
        told.texts(0, rows);
        let text = told.render();
        self.write(&text);
    }

    fn follow(&mut self) -> Result<(), Failure> {
        let Some(case) = &self.case else {
            return Err(Refusal::misused("No incident is at hand to follow.")
                .hint("use NUMBER takes one; list names them.")
                .into());
        };
        self.say(&format!("Following {}. Enter ends it.", case.record.address.number));
        self.follows = true;
        Ok(())
    }

    /// The verbs, a line a group, and the words of this prompt.
    fn help(&mut self) {
        let mut lines: Vec<String> = Group::ALL
            .into_iter()
            .map(|group| {
                let verbs: Vec<&str> =
                    VERBS.iter().filter(|verb| verb.group == group).map(|verb| verb.name).collect();
                format!("{}: {}.", group.heading(), verbs.join(", "))
            })
            .collect();
        lines.push("follow: what others write, as they write it, until Enter.".to_owned());
        lines.push("more: the rest of a long answer. help VERB: one verb. quit: the end.".to_owned());
        self.tell(lines);
    }

    /// Tells an answer; to somebody who listens the beginning of a long one.
    fn tell(&mut self, lines: Vec<String>) {
        self.left =
            lines.into_iter().map(|line| out::spoken(&line)).filter(|line| !line.is_empty()).collect();
        self.tell_left();
    }

    fn tell_left(&mut self) {
        let most = if self.listens { AT_ONCE } else { usize::MAX };
        // One line more is not worth a word of its own.
        let many = if self.left.len() <= most.saturating_add(1) { self.left.len() } else { most };
        let now: Vec<String> = self.left.drain(..many).collect();
        now.iter().for_each(|line| self.say(line));
        if !self.left.is_empty() {
            self.say(&format!("{} lines more; more tells them.", self.left.len()));
        }
    }

    fn fail(&mut self, failure: &Failure) {
        let Told { text, code } = failure.told();
        // In a script what went wrong stays apart from the answers.
        if self.listens {
            self.say(&text.replace('\n', " "));
        } else {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
        self.failed.get_or_insert(code);
    }

    fn say(&self, line: &str) {
        self.write(&format!("{line}\n"));
    }

    fn write(&self, text: &str) {
        let text = if self.shell.ascii { out::plain(text) } else { text.to_owned() };
        let mut stdout = std::io::stdout().lock();
        // A reader that has gone has heard enough; the end of the input ends the session.
        let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    }
}

/// `INC-2026-0007, Ransomware on the file servers, Containment, visit 2, SEV1.`
fn standing(record: &Record) -> String {
    let incident = &record.incident;
    let severity = incident.severity().map_or("severity not set", |severity| severity.level.label());
    let place = match incident.visit() {
        Some(_) if incident.closed() => "closed".to_owned(),
        Some(visit) => format!("{}, visit {}", visit.phase, visit.n),
        None => incident.phase().to_string(),
    };
    let title = crate::model::text::visible(incident.title());
    format!("{}, {title}, {place}, {severity}.", incident.number)
}

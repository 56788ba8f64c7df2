//! Files that are read for an act on evidence: how far, for which incident, and giving the act when they are.
//!
//! Reading goes on in a thread while the screens stay live; the act is judged before it and given after it,
//! in the incident it was meant for, whatever is on the screen by then.

use uuid::Uuid;

use super::app::{App, Tone};
use super::drafts::Words;
use super::give::{self, Envelope};
use super::msg::Effect;
use crate::incident::Incident;
use crate::model::evidence::bytes;
use crate::model::refusal::Refusal;
use crate::verb::{Change, EvidenceAct, Read, Wanted};

type Done = Result<Vec<Effect>, Refusal>;

/// What reading the wanted files came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedFiles {
    /// In the order they were wanted; `None`: it could not be read, and the act goes on without.
    pub read: Vec<Option<Read>>,
    /// Why some could not, a sentence each.
    pub unread: Vec<String>,
}

/// An act on evidence whose files are being read.
#[derive(Debug)]
pub struct Hashing {
    pub incident: Uuid,
    /// The number of that incident, for people.
    number: String,
    act: EvidenceAct,
    wanted: Vec<Wanted>,
    envelope: Envelope,
    /// The form it came from, and what was typed there.
    words: Option<(String, Words)>,
    /// Which file is read now.
    pub label: String,
    /// Bytes read, and to be read, of that file. A copy is read twice.
    pub done: u64,
    pub of: u64,
    /// Everything is read and waits for its incident to be open.
    read: Option<HashedFiles>,
}

impl Hashing {
    /// How far, in words: `45 %  0.5 GB of 1.1 GB`.
    pub fn progress(&self) -> String {
        if self.read.is_some() {
            return format!("read, waits for {}", self.number);
        }
        format!("{} %  {} of {}", self.percent(), bytes(self.done), bytes(self.of))
    }

    /// How far, in hundredths.
    pub fn percent(&self) -> u64 {
        u64::try_from(u128::from(self.done) * 100 / u128::from(self.of.max(1))).unwrap_or(100).min(100)
    }

    /// The words of its form, while they are not on record.
    pub fn words(&self) -> Option<&(String, Words)> {
        self.words.as_ref()
    }

    /// What leaving now would lose, in a sentence.
    pub fn loss(&self) -> String {
        format!("{} is being hashed for {}; that is not on record yet.", self.label, self.number)
    }
}

/// Begins an act: its files are read first. One that wants none is given at once.
///
/// # Errors
/// What the incident refuses before any file is read; and while another file is read.
pub fn begin(app: &mut App, act: EvidenceAct, envelope: Envelope, words: Option<(String, Words)>) -> Done {
    let case = app.case.as_ref().ok_or_else(|| Refusal::refused("No incident is open."))?;
    if case.as_of.is_some() {
        return Err(Refusal::refused("This is the record as it stood; nothing is written there.")
            .hint("v or Esc returns to now."));
    }
    let incident = &case.incident;
    let wanted = act.wanted(incident)?;
    let Some(first) = wanted.first() else {
        let commands = Change::Evidence(Box::new(act)).commands(incident)?;
        return give::give_all(app, &commands, &envelope);
    };
    if let Some(busy) = &app.hashing {
        return Err(Refusal::refused(format!("{} is still being read: {}.", busy.label, busy.progress()))
            .hint("Wait for it, or stop it with V on the Evidence screen."));
    }
    let mut desk = app.desk([0; 16]);
    desk.who.clone_from(&envelope.who);
    for command in Change::Evidence(Box::new(act.as_if_read(wanted.len())?)).commands(incident)? {
        incident.decide(&command, &desk)?;
    }
    let hashing = Hashing {
        incident: incident.id,
        number: incident.number.clone(),
        act,
        wanted: wanted.clone(),
        envelope,
        words,
        label: first.label.clone(),
        done: 0,
        of: 0,
        read: None,
    };
    app.hashing = Some(hashing);
    Ok(vec![Effect::Hash(wanted)])
}

/// How far the reading is.
pub fn progress(app: &mut App, label: String, done: u64, of: u64) {
    if let Some(hashing) = &mut app.hashing {
        (hashing.label, hashing.done, hashing.of) = (label, done, of);
    }
}

/// The files were read, or they could not be.
pub fn came(app: &mut App, result: Result<HashedFiles, String>) {
    match result {
        Ok(files) => {
            if let Some(hashing) = &mut app.hashing {
                hashing.read = Some(files);
            }
            let elsewhere = app
                .hashing
                .as_ref()
                .filter(|it| app.case.as_ref().map(|c| c.incident.id) != Some(it.incident));
            if let Some(hashing) = elsewhere {
                let said = format!(
                    "{} is hashed; it goes on record when {} is open again.",
                    hashing.label, hashing.number
                );
                app.say(Tone::Told, said);
            }
        }
        Err(why) => {
            give_up(app);
            app.say(Tone::Refused, why);
        }
    }
}

/// Nothing comes of it: the words are a draft again.
fn give_up(app: &mut App) {
    let Some(hashing) = app.hashing.take() else { return };
    if let Some((key, words)) = hashing.words
        && app.case.as_ref().is_some_and(|case| case.incident.id == hashing.incident)
    {
        app.drafts.insert(key, words);
    }
}

/// Gives an act whose files are read, once its incident is on the screens as it is now.
pub fn deliver(app: &mut App) -> Vec<Effect> {
    let open = app.case.as_ref().filter(|case| case.as_of.is_none()).map(|case| case.incident.id);
    let ready = |hashing: &&Hashing| hashing.read.is_some() && Some(hashing.incident) == open;
    if app.hashing.as_ref().filter(ready).is_none() {
        return Vec::new();
    }
    let Some(hashing) = app.hashing.take() else { return Vec::new() };
    let Some(HashedFiles { read, unread }) = hashing.read else { return Vec::new() };
    let differs = hashing.wanted.iter().zip(&read).any(|(wanted, read)| {
        wanted.expected.is_some()
            && read.as_ref().is_some_and(|read| wanted.expected.as_ref() != Some(&read.measured.sha256))
    });
    let known = app.incident().and_then(|incident| already(incident, &hashing.wanted, &read));
    let act = hashing.act.with(read);
    let given = app
        .incident()
        .ok_or_else(|| Refusal::refused("No incident is open."))
        .and_then(|incident| Change::Evidence(Box::new(act)).commands(incident))
        .and_then(|commands| give::give_all(app, &commands, &hashing.envelope));
    match given {
        Ok(mut effects) => {
            if !effects.is_empty()
                && let Some((key, words)) = &hashing.words
            {
                app.send_off(key, words.clone());
            } else if let Some(known) = known {
                app.say(Tone::Told, format!("{known} has these very bytes already; nothing was written."));
            }
            if differs {
                effects.push(Effect::Bell);
            }
            if !unread.is_empty() {
                app.say(Tone::Refused, unread.join(" "));
            }
            effects
        }
        Err(refusal) => {
            if let Some((key, words)) = hashing.words {
                app.drafts.insert(key, words);
            }
            app.refuse(refusal);
            Vec::new()
        }
    }
}

/// The item that has the bytes of a new file already.
fn already(incident: &Incident, wanted: &[Wanted], read: &[Option<Read>]) -> Option<String> {
    let new = wanted.first().filter(|wanted| wanted.expected.is_none())?;
    let sha256 = &read.first()?.as_ref()?.measured.sha256;
    let same = incident.evidence().find(|item| item.held() && item.sha256() == Some(sha256))?;
    (new.label != same.label()).then(|| same.label())
}

/// Asks the reading to end.
///
/// # Errors
/// Refuses where nothing is read.
pub fn stop(app: &App) -> Done {
    match &app.hashing {
        Some(hashing) if hashing.read.is_none() => Ok(vec![Effect::StopHashing]),
        _ => Err(Refusal::refused("No file is being read.")),
    }
}

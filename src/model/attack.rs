//! What an attacker does, in the names of MITRE ATT&CK (Enterprise, v19): techniques, tactics, and where old
//! ids have gone.
//!
//! Entries keep a technique as somebody said it. An id that ATT&CK has since revoked stays on disk as it was
//! given, because a later release may send it elsewhere; it is read through the redirects wherever it is
//! shown, which then name both. Names of techniques become their ids when they are recorded.
//!
//! The three tables stand under the licence in `assets/attack-LICENSE.txt`, which travels with them.

use std::sync::LazyLock;

use super::refusal::{Refusal, quoted};

/// The line that must stand wherever the names are shown.
pub const ATTRIBUTION: &str = "© 2026 The MITRE Corporation. This work is reproduced and distributed with the \
                               permission of The MITRE Corporation. ATT&CK® is a registered trademark of The \
                               MITRE Corporation.";

/// The terms that travel with every copy of the names.
pub const LICENCE: &str = include_str!("../../assets/attack-LICENSE.txt");

/// The release the names are of.
pub const RELEASE: &str = "ATT&CK v19";

const TECHNIQUES: &str = include_str!("../../assets/attack-techniques.csv");
const TACTICS: &str = include_str!("../../assets/attack-tactics.csv");
const REDIRECTS: &str = include_str!("../../assets/attack-redirects.csv");

/// How many near techniques a refusal names.
const NAMED: usize = 5;

/// Why the attacker does something: a column of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tactic {
    /// `TA0040`.
    pub id: &'static str,
    /// `impact`, as techniques name it.
    pub short: &'static str,
    pub name: &'static str,
}

/// How the attacker does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Technique {
    /// `T1059`, or `T1059.001` for a sub-technique.
    pub id: &'static str,
    pub name: &'static str,
    /// In the order of the matrix.
    pub tactics: Vec<&'static Tactic>,
    /// The technique it is a part of.
    pub parent: Option<&'static str>,
}

/// An id that ATT&CK no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirect {
    pub old: &'static str,
    /// The name it had.
    pub name: &'static str,
    /// The id that stands for it now.
    pub new: &'static str,
}

/// What a technique that somebody recorded means today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Known(&'static Technique),
    /// The id was revoked; another technique stands for it.
    Moved(&'static Redirect, &'static Technique),
    /// Nothing of this release.
    Unknown,
}

/// The tables, read when they are first asked for.
#[derive(Debug)]
pub struct Attack {
    /// By id.
    techniques: Vec<Technique>,
    /// By old id.
    redirects: Vec<Redirect>,
}

static MATRIX: LazyLock<Vec<Tactic>> =
    LazyLock::new(|| rows::<4>(TACTICS).map(|[_, id, short, name]| Tactic { id, short, name }).collect());

static ATTACK: LazyLock<Attack> = LazyLock::new(|| {
    let tactics = |words: &str| {
        let wanted: Vec<&str> = words.split(';').collect();
        MATRIX.iter().filter(|tactic| wanted.contains(&tactic.short)).collect()
    };
    let mut techniques: Vec<Technique> = rows::<5>(TECHNIQUES)
        .map(|[id, name, of, parent, _]| Technique {
            id,
            name,
            tactics: tactics(of),
            parent: (!parent.is_empty()).then_some(parent),
        })
        .collect();
    techniques.sort_by_key(|technique| technique.id);
    let mut redirects: Vec<Redirect> =
        rows::<3>(REDIRECTS).map(|[old, name, new]| Redirect { old, name, new }).collect();
    redirects.sort_by_key(|redirect| redirect.old);
    Attack { techniques, redirects }
});

/// The rows of a table whose fields hold no comma and no quote; a test keeps them so.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok())
}

/// The techniques, tactics and redirects of the release that ships.
pub fn attack() -> &'static Attack {
    &ATTACK
}

/// The tactics in the order of the matrix.
pub fn tactics() -> &'static [Tactic] {
    &MATRIX
}

/// An id as ATT&CK writes it, `t1059.1` as typed as `T1059.001`; `None`: it does not look like an id.
/// Needs no table.
pub fn id(words: &str) -> Option<String> {
    let digits = words.trim().strip_prefix(['T', 't'])?;
    let (main, sub) = digits.split_once('.').map_or((digits, None), |(main, sub)| (main, Some(sub)));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if main.len() != 4 || !number(main) || sub.is_some_and(|sub| sub.len() > 3 || !number(sub)) {
        return None;
    }
    Some(sub.map_or_else(|| format!("T{main}"), |sub| format!("T{main}.{sub:0>3}")))
}

impl Attack {
    /// Every technique and sub-technique, by id.
    pub fn techniques(&self) -> &[Technique] {
        &self.techniques
    }

    /// The technique with this id, among those that are current.
    pub fn technique(&self, id: &str) -> Option<&Technique> {
        let at = self.techniques.binary_search_by_key(&id, |technique| technique.id).ok()?;
        Some(&self.techniques[at])
    }

    /// What a recorded technique means today.
    pub fn meaning(&'static self, recorded: &str) -> Meaning {
        if let Some(known) = self.technique(recorded) {
            return Meaning::Known(known);
        }
        let at = self.redirects.binary_search_by_key(&recorded, |redirect| redirect.old);
        let redirect = at.ok().map(|at| &self.redirects[at]);
        match redirect.and_then(|redirect| Some((redirect, self.technique(redirect.new)?))) {
            Some((redirect, technique)) => Meaning::Moved(redirect, technique),
            None => Meaning::Unknown,
        }
    }

    /// The id that stands today for a recorded technique; what is nothing of this release stands for itself.
    pub fn current<'a>(&'static self, recorded: &'a str) -> &'a str {
        match self.meaning(recorded) {
            Meaning::Known(technique) | Meaning::Moved(_, technique) => technique.id,
            Meaning::Unknown => recorded,
        }
    }

    /// The techniques whose id begins with the words, or whose name holds words that begin with each of them.
    pub fn find(&self, words: &str) -> Vec<&Technique> {
        let typed = words.trim().to_lowercase();
        let parts: Vec<&str> =
            typed.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        if parts.is_empty() {
            return Vec::new();
        }
        let fits = |technique: &&Technique| {
            technique.id.to_lowercase().starts_with(&typed) || {
                let name = technique.name.to_lowercase();
                let have: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
                parts.iter().all(|part| have.iter().any(|word| word.starts_with(part)))
            }
        };
        self.techniques.iter().filter(fits).collect()
    }

    /// What goes on record for a technique that somebody picked: an id as ATT&CK has or had it, or the id
    /// of the one technique with that name.
    ///
    /// # Errors
    /// What ATT&CK does not have, and words that fit several techniques, are refused with the near ones.
    pub fn resolve(&'static self, words: &str) -> Result<String, Refusal> {
        let words = words.trim();
        if let Some(id) = id(words) {
            return match self.meaning(&id) {
                Meaning::Known(_) | Meaning::Moved(..) => Ok(id),
                Meaning::Unknown => Err(unknown(words, &self.near(&id))),
            };
        }
        let named = |technique: &&Technique| technique.name.eq_ignore_ascii_case(words);
        let exactly: Vec<&Technique> = self.techniques.iter().filter(named).collect();
        let found = if exactly.is_empty() { self.find(words) } else { exactly };
        match found[..] {
            [one] => Ok(one.id.to_owned()),
            [] => Err(unknown(words, &[])),
            _ => Err(Refusal::misused(format!(
                "{} fits {} techniques of {RELEASE}.",
                quoted(words),
                found.len()
            ))
            .hint(format!("Type one of the ids: {}.", list(&found)))),
        }
    }

    /// Techniques whose id is one slip of the finger away, parents first.
    fn near(&self, id: &str) -> Vec<&Technique> {
        let slips = |other: &str| {
            (other.len() == id.len())
                .then(|| other.bytes().zip(id.bytes()).filter(|(one, two)| one != two).count())
        };
        let parent = id.split('.').next().unwrap_or(id);
        let mut near: Vec<&Technique> =
            self.techniques.iter().filter(|technique| technique.id == parent).collect();
        near.extend(self.techniques.iter().filter(|technique| slips(technique.id) == Some(1)));
        near
    }
}

/// A recorded technique for people: `T1486 Data Encrypted for Impact`, `T1685 Disable or Modify Tools (was
/// T1562)`, and one that is nothing of this release as it was recorded.
pub fn shown(recorded: &str) -> String {
    match attack().meaning(recorded) {
        Meaning::Known(technique) => format!("{} {}", technique.id, technique.name),
        Meaning::Moved(redirect, technique) => {
            format!("{} {} (was {})", technique.id, technique.name, redirect.old)
        }
        Meaning::Unknown => recorded.to_owned(),
    }
}

fn unknown(words: &str, near: &[&Technique]) -> Refusal {
    let hint = match near.is_empty() {
        true => "Type an id such as T1486, or words of its name such as \"encrypted impact\".".to_owned(),
        false => format!("Near: {}.", list(near)),
    };
    Refusal::misused(format!("{} is no technique of {RELEASE}.", quoted(words))).hint(hint)
}

fn list(techniques: &[&Technique]) -> String {
    let mut named: Vec<String> = techniques
        .iter()
        .take(NAMED)
        .map(|technique| format!("{} {}", technique.id, technique.name))
        .collect();
    if techniques.len() > NAMED {
        named.push(format!("and {} more", techniques.len() - NAMED));
    }
    named.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_id_is_shown_with_the_technique_that_stands_for_it() {
        assert_eq!(shown("T1486"), "T1486 Data Encrypted for Impact");
        assert_eq!(shown("T1562"), "T1685 Disable or Modify Tools (was T1562)");
        assert_eq!(shown("T9999"), "T9999");
        assert_eq!(attack().resolve("t1562.4").unwrap(), "T1562.004");
    }

    #[test]
    fn every_redirect_leads_to_a_technique_there_is() {
        for redirect in &attack().redirects {
            assert!(matches!(attack().meaning(redirect.old), Meaning::Moved(..)), "{redirect:?}");
        }
    }

    #[test]
    fn a_name_is_taken_for_its_id_and_words_of_it_too() {
        for (words, id) in [
            ("data encrypted for impact", "T1486"),
            ("encrypted impact", "T1486"),
            ("LSASS mem", "T1003.001"),
        ] {
            assert_eq!(attack().resolve(words).unwrap(), id, "{words}");
        }
    }

    #[test]
    fn what_is_no_technique_is_refused_with_near_ones() {
        let refusal = attack().resolve("T1986").unwrap_err();
        assert!(refusal.hint.unwrap().contains("T1486 Data Encrypted for Impact"));
        let refusal = attack().resolve("T1059.099").unwrap_err();
        assert!(refusal.hint.unwrap().contains("T1059 Command and Scripting Interpreter"));
        let refusal = attack().resolve("discovery").unwrap_err();
        assert!(refusal.hint.unwrap().contains("more"));
        for nothing in ["", "  ", "dragon fire", "T12", "T1059.0001", "T\u{661}\u{661}\u{661}\u{661}"] {
            assert!(attack().resolve(nothing).is_err(), "{nothing:?}");
        }
    }

    #[test]
    fn version_19_has_stealth_and_defense_impairment() {
        let name = |id: &str| tactics().iter().find(|tactic| tactic.id == id).unwrap().name;
        assert_eq!((name("TA0005"), name("TA0112")), ("Stealth", "Defense Impairment"));
        let valid = attack().technique("T1078").unwrap();
        let names: Vec<&str> = valid.tactics.iter().map(|tactic| tactic.name).collect();
        assert_eq!(names, ["Initial Access", "Persistence", "Privilege Escalation", "Stealth"]);
    }
}

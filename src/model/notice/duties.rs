//! What a person's organisation owes whom: the law that ships, regimes of their own, regions, sectors, holidays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::clock::Calendar;
use super::law::{
    CONFIDENCES, Clock, LAW, Narrowing, Regime, SECTORS, STAGES, STATUSES, VERIFICATIONS, suggest, widened,
};
use crate::model::refusal::{Refusal, quoted};
use crate::model::time::Zone;

/// The calendar that holds for every recipient.
pub const EVERY_CALENDAR: &str = "*";

/// The built-in regimes with the user's own over and beside them, and what the user configured.
#[derive(Clone, Debug, PartialEq)]
pub struct Duties {
    /// Regimes from the user's files; one with the id of a built-in one takes its place.
    pub own: Vec<Regime>,
    /// Region codes as configured, ISO 3166: `DE`, `US-NY`.
    pub regions: Vec<String>,
    pub sectors: Vec<String>,
    /// Days off by calendar: a region code, or `*` for all.
    pub holidays: BTreeMap<String, Vec<NaiveDate>>,
    /// The zone days are counted in where the recipient's is not known.
    pub zone: Zone,
}

/// Nothing configured, days counted in UTC.
static PLAIN: Duties = Duties {
    own: Vec::new(),
    regions: Vec::new(),
    sectors: Vec::new(),
    holidays: BTreeMap::new(),
    zone: Zone::utc(),
};

impl Default for Duties {
    fn default() -> Self {
        PLAIN.clone()
    }
}

impl Duties {
    /// The law as it ships, with nothing configured.
    pub fn plain() -> &'static Duties {
        &PLAIN
    }

    /// Every regime once: the built-in ones in the order of their file, each in the user's words where
    /// they have an own one of that id, then the user's others.
    pub fn regimes(&self) -> impl Iterator<Item = &Regime> {
        let built_in = LAW.regulations.iter();
        let own = |id: &str| self.own.iter().rfind(|regime| regime.id == id);
        let new = |regime: &&Regime| !LAW.regulations.iter().any(|have| have.id == regime.id);
        built_in.map(move |regime| own(&regime.id).unwrap_or(regime)).chain(self.own.iter().filter(new))
    }

    pub fn regime(&self, id: &str) -> Option<&Regime> {
        self.own
            .iter()
            .rfind(|regime| regime.id == id)
            .or_else(|| LAW.regulations.iter().find(|r| r.id == id))
    }

    /// Whether regions were configured.
    pub fn narrowing(&self) -> Narrowing {
        if self.regions.is_empty() { Narrowing::TypesOnly } else { Narrowing::Configured }
    }

    /// The regimes worth a look for these types of incident.
    pub fn suggested(&self, types: &[&str]) -> Vec<&Regime> {
        suggest(self.regimes(), types, &self.regions, &self.sectors, self.narrowing())
    }

    /// The regimes worth a look that are not suggested only because no sector was configured.
    pub fn left_out(&self, types: &[&str]) -> Vec<&Regime> {
        if !self.sectors.is_empty() {
            return Vec::new();
        }
        let every: Vec<String> = SECTORS.iter().map(|sector| (*sector).to_owned()).collect();
        let mut all = suggest(self.regimes(), types, &self.regions, &every, self.narrowing());
        let here = self.suggested(types);
        all.retain(|regime| here.iter().all(|known| known.id != regime.id));
        all
    }

    /// The regime and, if one was named, the clock that is meant: `eu-gdpr`, `eu-gdpr/authority`, `GDPR`.
    ///
    /// # Errors
    /// Refused with the regimes or clocks that come near.
    pub fn named(&self, words: &str) -> Result<(&Regime, Option<&Clock>), Refusal> {
        let (regime, clock) = match words.split_once('/') {
            Some((regime, clock)) => (regime, Some(clock.trim())),
            None => (words, None),
        };
        let regime = self.regime_named(regime.trim())?;
        let Some(wanted) = clock else { return Ok((regime, None)) };
        let found = regime.clocks.iter().find(|clock| clock.id.eq_ignore_ascii_case(wanted));
        let clock = found.ok_or_else(|| {
            let all: Vec<String> = regime.clocks.iter().map(|c| format!("{}/{}", regime.id, c.id)).collect();
            Refusal::misused(format!("{} has no clock {}.", regime.id, quoted(wanted)))
                .hint(format!("Type one of {}.", all.join(", ")))
        })?;
        Ok((regime, Some(clock)))
    }

    fn regime_named(&self, words: &str) -> Result<&Regime, Refusal> {
        let exact = self.regimes().find(|regime| {
            regime.id.eq_ignore_ascii_case(words)
                || regime.short().eq_ignore_ascii_case(words)
                || regime.name.eq_ignore_ascii_case(words)
        });
        if let Some(regime) = exact {
            return Ok(regime);
        }
        let near = self.found(words);
        match near[..] {
            [one] => Ok(one),
            [] => Err(Refusal::misused(format!("There is no regime {}.", quoted(words)))
                .hint("casebook notice regimes --find WORD looks in their ids, names and countries.")),
            _ => {
                let ids: Vec<&str> = near.iter().take(8).map(|regime| regime.id.as_str()).collect();
                let more = match near.len().saturating_sub(8) {
                    0 => String::new(),
                    n => format!(" and {n} more"),
                };
                Err(Refusal::misused(format!("{} fits {} regimes.", quoted(words), near.len()))
                    .hint(format!("Type one of {}{more}.", ids.join(", "))))
            }
        }
    }

    /// The regimes that hold every word in their id, name, country or sector.
    pub fn found(&self, words: &str) -> Vec<&Regime> {
        let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let holds = |regime: &&Regime| {
            let text =
                [&regime.id, &regime.name, &regime.jurisdiction, &regime.sector].map(|t| t.to_lowercase());
            let regions = regime.regions.iter().map(|code| code.to_lowercase());
            let words: Vec<String> = text.into_iter().chain(regions).collect();
            !wanted.is_empty() && wanted.iter().all(|want| words.iter().any(|text| text.contains(want)))
        };
        self.regimes().filter(holds).collect()
    }

    /// The days on which the recipients of a regime do not work, as far as they were configured: of the
    /// calendar for all, of the regime's own regions, and of the user's regions that fall under it.
    pub fn calendar(&self, regime: &[String]) -> Calendar {
        let everywhere = regime.iter().any(|code| code == "*");
        let concerns = |code: &String| {
            let mine = || self.regions.contains(code) || widened(&self.regions).contains(code);
            let under =
                || everywhere || widened(std::slice::from_ref(code)).iter().any(|up| regime.contains(up));
            code == EVERY_CALENDAR || regime.contains(code) || (mine() && under())
        };
        let days = self.holidays.iter().filter(|(code, _)| concerns(code));
        days.flat_map(|(_, days)| days.iter().copied()).collect()
    }
}

/// Longest id, name and label of a regime of one's own, in characters.
pub const ID_LIMIT: usize = 40;
pub const NAME_LIMIT: usize = 80;
/// Longest free text in one, in characters.
pub const TEXT_LIMIT: usize = 2_000;
/// How many regimes a file may hold, and clocks a regime.
pub const MANY: usize = 100;

/// Reads a user's own regimes: one JSON document, a regime or `{"as_of": …, "regulations": [regime, …]}`.
///
/// # Errors
/// One sentence that names the file, the place in it and what to change.
pub fn read(file: &str, text: &str) -> Result<Vec<Regime>, Refusal> {
    let wrong = |place: &str, what: &str, fix: &str| {
        let place = if place.is_empty() || place == "." { "the top" } else { place };
        Refusal::misused(format!("Regime {file}, at {place}: {what}")).hint(fix.to_owned())
    };
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        wrong(
            "the top",
            &format!("not JSON: {error}."),
            "Check the file with a JSON editor and save it again.",
        )
    })?;
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Many {
        #[serde(rename = "$schema", default)]
        _schema: Option<String>,
        #[serde(default)]
        as_of: String,
        regulations: Vec<serde_json::Value>,
    }
    let many = value.get("regulations").is_some();
    let (as_of, found) = if many {
        let many: Many = serde_path_to_error::deserialize(value).map_err(|error| {
            wrong(
                &error.path().to_string(),
                &format!("{}.", error.inner()),
                "Beside regulations only as_of stands.",
            )
        })?;
        (many.as_of, many.regulations)
    } else {
        (String::new(), vec![value])
    };
    let mut regimes: Vec<Regime> = Vec::with_capacity(found.len());
    for (i, value) in found.into_iter().enumerate() {
        let root = if many { format!("regulations[{i}].") } else { String::new() };
        let mut regime: Regime = serde_path_to_error::deserialize(value).map_err(|error| {
            let place = format!("{root}{}", error.path());
            wrong(
                place.trim_end_matches(['.', '?']),
                &format!("{}.", error.inner()),
                "The shape of a regime is in the schema `regime.schema.json`; copy one that works and change its words.",
            )
        })?;
        if regime.as_of.is_empty() {
            regime.as_of.clone_from(&as_of);
        }
        check(&regime, |place, what, fix| wrong(&format!("{root}{place}"), what, fix))?;
        if i >= MANY || regimes.iter().any(|have| have.id == regime.id) {
            let what = format!("{:?} stands twice, or is one of more than {MANY}.", regime.id);
            return Err(wrong(
                &format!("{root}id"),
                &what,
                "Give each regime an id of its own, or a file more.",
            ));
        }
        regimes.push(regime);
    }
    Ok(regimes)
}

/// The words of a regime that come from closed lists: field, words, list.
fn sorted(regime: &Regime) -> Vec<(&'static str, Vec<String>, Vec<&'static str>)> {
    let sectors = SECTORS.into_iter().chain(["any"]).collect();
    let groups = LAW.vocabulary.groups.keys().map(String::as_str).collect();
    let stages = regime.clocks.iter().map(|clock| clock.stage.clone()).collect();
    vec![
        ("groups", regime.groups.clone(), groups),
        ("sectors", regime.sectors.clone(), sectors),
        ("status", vec![regime.status.clone()], STATUSES.to_vec()),
        ("confidence", vec![regime.confidence.clone()], CONFIDENCES.to_vec()),
        ("verification", vec![regime.verification.clone()], VERIFICATIONS.to_vec()),
        ("clocks", stages, STAGES.to_vec()),
    ]
}

/// The rules a shape cannot say: ids, lengths, references, numbers in reason.
fn check(regime: &Regime, wrong: impl Fn(&str, &str, &str) -> Refusal) -> Result<(), Refusal> {
    let plain = |id: &str| {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !id.is_empty() && id.len() <= ID_LIMIT && id.chars().all(letters)
    };
    let named = |text: &str| !text.trim().is_empty() && text.chars().count() <= NAME_LIMIT;
    let clean = |text: &str| text.chars().count() <= TEXT_LIMIT && !text.chars().any(char::is_control);
    let (an_id, a_name, a_text) = (
        format!("Use lower-case letters, digits and hyphens, at most {ID_LIMIT}."),
        format!("Write 1 to {NAME_LIMIT} characters."),
        format!("Write at most {TEXT_LIMIT} characters on one line."),
    );
    if !plain(&regime.id) {
        return Err(wrong("id", &format!("the id {:?} is not a plain word.", regime.id), &an_id));
    }
    for (field, words, known) in sorted(regime) {
        if let Some(word) = words.iter().find(|word| !known.contains(&word.as_str())) {
            return Err(wrong(
                field,
                &format!("{word:?} is none of the words for it."),
                &format!("Use {}.", known.join(", ")),
            ));
        }
    }
    let code = |code: &String| {
        let letters = |part: &str, most: usize| {
            (1..=most).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let (country, part) = code.split_once('-').map_or((code.as_str(), None), |(c, part)| (c, Some(part)));
        let country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        code == EVERY_CALENDAR || (country && part.is_none_or(|part| letters(part, 3)))
    };
    if regime.regions.is_empty() || !regime.regions.iter().all(code) {
        return Err(wrong(
            "regions",
            "there is no region, or one that is no code.",
            "Use codes such as DE, US-NY or EU, or \"*\".",
        ));
    }
    if !named(&regime.name) {
        return Err(wrong("name", "the name is empty or too long.", &a_name));
    }
    if [&regime.applies_when, &regime.notes, &regime.source.citation, &regime.jurisdiction]
        .into_iter()
        .any(|t| !clean(t))
    {
        return Err(wrong("notes", "a text is too long or has control characters.", &a_text));
    }
    if let Some(zone) = &regime.zone
        && let Err(refusal) = Zone::parse(zone)
    {
        return Err(wrong(
            "zone",
            &refusal.message,
            refusal.hint.as_deref().unwrap_or("Use a name such as Europe/Berlin."),
        ));
    }
    if regime.clocks.is_empty() || regime.clocks.len() > MANY {
        return Err(wrong("clocks", "a regime has 1 to 100 clocks.", "Add one, or leave the regime out."));
    }
    let mut seen = BTreeSet::new();
    for (i, clock) in regime.clocks.iter().enumerate() {
        let place = |field: &str| format!("clocks[{i}].{field}");
        if !plain(&clock.id) || !seen.insert(clock.id.as_str()) {
            return Err(wrong(
                &place("id"),
                &format!("the id {:?} is no plain word, or stands twice.", clock.id),
                &an_id,
            ));
        }
        if !named(&clock.label) || clock.recipient.chars().count() > NAME_LIMIT {
            return Err(wrong(&place("label"), "label or recipient is empty or too long.", &a_name));
        }
        if [&clock.threshold, &clock.trigger].into_iter().any(|text| !clean(text)) {
            return Err(wrong(&place("threshold"), "a text is too long or has control characters.", &a_text));
        }
        if !clock.duration.in_reason() {
            let fix = "Give a whole number from 1 to three years; with asap no number.";
            return Err(wrong(&place("duration"), "the number is missing or out of reason.", fix));
        }
        if let Some(after) = &clock.starts_after
            && (*after == clock.id || regime.clock(after).is_none())
        {
            let what = format!("there is no other clock {after:?} in this regime.");
            return Err(wrong(
                &place("starts_after"),
                &what,
                "Name the id of the clock that is sent before.",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

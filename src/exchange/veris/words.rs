//! What a VERIS record says, in plain sentences.

use serde_json::Value;

use super::super::intake::json::{at, list, number, text, texts};

/// The actions of the schema, as people say them.
const ACTIONS: [(&str, &str); 8] = [
    ("malware", "malware"),
    ("hacking", "hacking"),
    ("social", "social engineering"),
    ("misuse", "misuse"),
    ("physical", "physical action"),
    ("error", "error"),
    ("environmental", "environmental event"),
    ("unknown", "unknown action"),
];
/// The longest title, in characters; the limit of an incident is 200.
const TITLE: usize = 160;
/// The longest text of an entry, in bytes, with room for what stands around it.
const TEXT: usize = 15_000;

/// Whether a word of an enumeration says nothing.
pub(super) fn empty(word: &str) -> bool {
    matches!(word, "Unknown" | "Other" | "NA" | "unknown" | "other" | "Un - Unknown")
        || word.ends_with("- Unknown")
}

/// The words of a list that say something.
fn said<'v>(value: &'v Value, path: &str) -> Vec<&'v str> {
    texts(value, path).into_iter().filter(|word| !empty(word)).collect()
}

fn cut(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    let short: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", short.trim_end())
}

/// Who it happened to: the name, else what sort of organisation.
fn victim(record: &Value) -> String {
    let victim = list(record, "victim").first().unwrap_or(&Value::Null);
    let country = said(victim, "country").join(", ");
    let name = match (text(victim, "victim_id").filter(|name| !empty(name)), text(victim, "industry")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(industry)) => format!("An organisation of industry {industry}"),
        (None, None) => "An organisation".to_owned(),
    };
    if country.is_empty() { name } else { format!("{name} ({country})") }
}

/// `Example Hospital (US): ransomware, phishing`.
pub(super) fn title(record: &Value) -> String {
    let mut what: Vec<String> = Vec::new();
    for (key, word) in ACTIONS {
        if at(record, &format!("action.{key}")).is_none() {
            continue;
        }
        let varieties = said(record, &format!("action.{key}.variety"));
        match varieties.as_slice() {
            [] => what.push(word.to_owned()),
            some => what.extend(some.iter().take(2).map(|variety| variety.to_lowercase())),
        }
    }
    what.dedup();
    let what = if what.is_empty() { "incident".to_owned() } else { what.join(", ") };
    let flat: String = format!("{}: {what}", victim(record)).split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&flat, TITLE)
}

/// The record's own summary.
pub(super) fn summary(record: &Value) -> Option<String> {
    text(record, "summary").map(|summary| cut(summary, TEXT / 4))
}

/// The entries: the field each comes from, and its text. Each says how much of its date is known.
pub(super) fn entries(record: &Value, known: &str) -> Vec<(&'static str, String)> {
    let tag = tag(known);
    let mut entries = vec![("timeline", happened(record, known))];
    let mut add = |column, words: Option<String>| {
        entries.extend(words.map(|words| (column, format!("{} [{tag}]", cut(&words, TEXT / 4)))));
    };
    add("action", actions(record));
    add("actor", actors(record));
    add("attribute", harm(record));
    add("impact", impact(record));
    let lesson = [text(record, "control_failure"), text(record, "corrective_action")];
    let lesson: Vec<&str> = lesson.into_iter().flatten().collect();
    add(
        "corrective_action",
        (!lesson.is_empty()).then(|| format!("What failed and was corrected: {}", lesson.join(" · "))),
    );
    add("ioc", indicators(record));
    add("reference", text(record, "reference").map(|reference| format!("Published: {reference}")));
    add("notes", text(record, "notes").map(|notes| format!("Notes of the record: {notes}")));
    entries
}

/// `date only: 2021-05-14`, `year only: 2019`: so that no hour shown beside is taken for one of the record.
pub(super) fn tag(known: &str) -> String {
    match known.split_once(", only the ") {
        Some((date, "day is known")) => format!("date only: {date}"),
        Some((date, unit)) => format!("{} only: {date}", unit.trim_end_matches(" is known")),
        None => known.to_owned(),
    }
}

fn happened(record: &Value, known: &str) -> String {
    let mut parts = vec![format!("When: {known}")];
    for (key, word) in [
        ("compromise", "first action to compromise"),
        ("exfiltration", "compromise to loss of data"),
        ("discovery", "compromise to discovery"),
        ("containment", "discovery to containment"),
    ] {
        parts.extend(span(record, &format!("timeline.{key}")).map(|span| format!("{word}: {span}")));
    }
    let method = at(record, "discovery_method");
    let mut found: Vec<String> = method.and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    for who in ["internal", "external", "partner"] {
        let varieties = said(record, &format!("discovery_method.{who}.variety"));
        if at(record, &format!("discovery_method.{who}")).is_some() {
            found.push(join(who, &varieties));
        }
    }
    if !found.is_empty() {
        parts.push(format!("discovered by: {}", found.join("; ")));
    }
    parts.extend(text(record, "discovery_notes").map(str::to_owned));
    parts.join(" · ")
}

/// `2 Weeks`, as the record has it.
fn span(record: &Value, path: &str) -> Option<String> {
    let unit = text(record, &format!("{path}.unit")).filter(|unit| !empty(unit))?;
    Some(match number(record, &format!("{path}.value")) {
        Some(value) => format!("{value} {}", unit.to_lowercase()),
        None => unit.to_lowercase(),
    })
}

fn join(word: &str, more: &[&str]) -> String {
    if more.is_empty() { word.to_owned() } else { format!("{word} ({})", more.join(", ")) }
}

fn actions(record: &Value) -> Option<String> {
    let mut parts = Vec::new();
    for (key, word) in ACTIONS {
        let Some(action) = at(record, &format!("action.{key}")) else { continue };
        let mut part = join(word, &said(action, "variety"));
        for (path, before) in [("vector", "by"), ("target", "on"), ("result", "to")] {
            let words = said(action, path);
            if !words.is_empty() {
                part.push_str(&format!(" {before} {}", words.join(", ")));
            }
        }
        let named = [text(action, "name"), text(action, "cve"), text(action, "notes")];
        for more in named.into_iter().flatten() {
            part.push_str(&format!("; {more}"));
        }
        parts.push(part);
    }
    (!parts.is_empty()).then(|| format!("What was done: {}", parts.join(" · ")))
}

fn actors(record: &Value) -> Option<String> {
    let mut parts = Vec::new();
    for key in ["external", "internal", "partner", "unknown"] {
        let Some(actor) = at(record, &format!("actor.{key}")) else { continue };
        let mut words = said(actor, "name");
        words.extend(said(actor, "variety"));
        words.extend(said(actor, "country"));
        let mut part = join(key, &words);
        let motives = said(actor, "motive");
        if !motives.is_empty() {
            part.push_str(&format!(", motive {}", motives.join(", ")));
        }
        part.extend(text(actor, "notes").map(|notes| format!("; {notes}")));
        parts.push(part);
    }
    parts.extend(text(record, "targeted").filter(|word| !empty(word)).map(str::to_lowercase));
    (!parts.is_empty()).then(|| format!("Who: {}", parts.join(" · ")))
}

fn harm(record: &Value) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(lost) = at(record, "attribute.confidentiality") {
        let data = list(lost, "data").iter().filter_map(|data| {
            let variety = text(data, "variety")?;
            Some(match number(data, "amount") {
                Some(amount) => format!("{amount} {variety}"),
                None => variety.to_owned(),
            })
        });
        let mut words: Vec<String> = data.collect();
        words.extend(number(lost, "data_total").map(|total| format!("{total} records in all")));
        words.extend(said(lost, "state").into_iter().map(str::to_lowercase));
        let of = said(lost, "data_victim");
        if !of.is_empty() {
            words.push(format!("of {}", of.join(", ")));
        }
        words.extend(text(lost, "notes").map(str::to_owned));
        let disclosed = text(lost, "data_disclosure").unwrap_or("not said").to_lowercase();
        parts.push(format!("data disclosed: {disclosed}{}", after(&words)));
    }
    for (key, word) in [("integrity", "altered"), ("availability", "not available")] {
        let Some(hurt) = at(record, &format!("attribute.{key}")) else { continue };
        let mut words: Vec<String> = said(hurt, "variety").into_iter().map(str::to_owned).collect();
        words.extend(span(hurt, "duration").map(|span| format!("for {span}")));
        words.extend(text(hurt, "notes").map(str::to_owned));
        parts.push(format!("{word}{}", after(&words)));
    }
    (!parts.is_empty()).then(|| format!("What was harmed: {}", parts.join(" · ")))
}

fn after(words: &[String]) -> String {
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

fn impact(record: &Value) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(text(record, "impact.overall_rating").filter(|word| !empty(word)).map(str::to_owned));
    let currency = text(record, "impact.iso_currency_code").unwrap_or_default();
    parts.extend(
        number(record, "impact.overall_amount").map(|n| format!("{n} {currency}").trim_end().to_owned()),
    );
    for loss in list(record, "impact.loss") {
        let Some(variety) = text(loss, "variety").filter(|word| !empty(word)) else { continue };
        let amount = number(loss, "amount").map(|n| format!(" {n} {currency}").trim_end().to_owned());
        let rating =
            text(loss, "rating").filter(|word| !empty(word)).map(|word| format!(" {}", word.to_lowercase()));
        parts.push(format!("{variety}{}{}", rating.unwrap_or_default(), amount.unwrap_or_default()));
    }
    parts.extend(text(record, "impact.notes").map(str::to_owned));
    (!parts.is_empty()).then(|| format!("Impact: {}", parts.join(" · ")))
}

fn indicators(record: &Value) -> Option<String> {
    let one = |ioc: &Value| {
        let value = text(ioc, "indicator")?.to_owned();
        Some(text(ioc, "comment").map_or(value.clone(), |comment| format!("{value} ({comment})")))
    };
    let all: Vec<String> = list(record, "ioc").iter().filter_map(one).collect();
    (!all.is_empty()).then(|| format!("Indicators it names: {}", all.join(" · ")))
}

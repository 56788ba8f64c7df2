//! Words of VERIS as words of ours, where there is one that means the same.

use serde_json::Value;

use super::super::intake::json::{at, list, text, texts};
use crate::model::severity::Level;

/// The types of the incident; none where nothing of it says one.
pub(super) fn types(record: &Value) -> Vec<&'static str> {
    let has = |path: &str, words: &[&str]| texts(record, path).iter().any(|said| words.contains(said));
    let acted = |action: &str| at(record, &format!("action.{action}")).is_some();
    let mut types = Vec::new();
    let ransom = has("action.malware.variety", &["Ransomware"]);
    if ransom {
        types.push("ransomware");
    } else if acted("malware") {
        types.push("malware");
    }
    if has("action.social.variety", &["Phishing"]) {
        types.push("phishing");
    }
    if has("action.social.variety", &["Pretexting", "Forgery"]) && has("action.social.vector", &["Email"]) {
        types.push("bec");
    }
    if has("action.hacking.variety", &["DoS"]) || has("action.malware.variety", &["DoS"]) {
        types.push("ddos");
    }
    if has("action.hacking.vector", &["Web application"])
        || has("attribute.integrity.variety", &["Defacement"])
    {
        types.push("web-compromise");
    }
    if has("action.hacking.variety", &["Use of stolen creds", "Brute force", "Credential stuffing"]) {
        types.push("account-compromise");
    }
    if has("action.hacking.vector", &["Partner", "3rd party desktop"])
        || has("action.malware.vector", &["Partner", "Software update"])
    {
        types.push("supply-chain");
    }
    if acted("misuse") {
        types.push("insider");
    }
    let portable = list(record, "asset.assets").iter().filter_map(|asset| text(asset, "variety"));
    let portable = portable.clone().any(|variety| variety.starts_with("U - ") || variety.starts_with("M - "));
    if portable && (has("action.physical.variety", &["Theft"]) || has("action.error.variety", &["Loss"])) {
        types.push("lost-device");
    }
    if matches!(text(record, "attribute.confidentiality.data_disclosure"), Some("Yes" | "Potentially")) {
        types.push("data-breach");
    }
    types
}

/// The severity, where the record rates the impact.
pub(super) fn severity(record: &Value) -> Option<Level> {
    Some(match text(record, "impact.overall_rating")? {
        "Catastrophic" => Level::Sev1,
        "Damaging" => Level::Sev2,
        "Painful" => Level::Sev3,
        "Distracting" => Level::Sev4,
        "Insignificant" => Level::Sev5,
        _ => return None,
    })
}

/// What it was judged to be.
pub(super) fn determination(word: &str) -> Option<&'static str> {
    Some(match word {
        "Confirmed" => "confirmed",
        "Suspected" => "suspected",
        "Near miss" => "failed-attempt",
        "False positive" => "false-positive",
        _ => return None,
    })
}

/// How it was noticed. Schema 1.3.0 says it in one text, later ones by who noticed.
pub(super) fn source(record: &Value) -> Option<&'static str> {
    let method = at(record, "discovery_method")?;
    let mut words: Vec<String> = method.as_str().map(str::to_lowercase).into_iter().collect();
    for who in ["internal", "external", "partner"] {
        words.extend(
            texts(method, &format!("{who}.variety"))
                .iter()
                .map(|word| format!("{who} {word}").to_lowercase()),
        );
        if words.is_empty() && method.get(who).is_some() {
            words.push(who.to_owned());
        }
    }
    let said = |part: &str| words.iter().any(|word| word.contains(part));
    let known: [(&[&str], &str); 9] = [
        (&["law enforcement"], "law-enforcement"),
        (&["customer"], "customer"),
        (&["actor disclosure"], "attacker"),
        (&["researcher"], "researcher"),
        (&["reported by employee", "reported by user", "int - reported"], "employee"),
        (&["partner", "monitoring service", "supplier"], "supplier"),
        (&["outage", "unusual"], "outage"),
        (
            &[
                "antivirus",
                "hids",
                "nids",
                "log review",
                "monitoring",
                "data loss",
                "fraud detection",
                "alarm",
            ],
            "automated",
        ),
        (&["internal", "external", "ext -", "int -", "other"], "other"),
    ];
    known.into_iter().find(|(parts, _)| parts.iter().any(|part| said(part))).map(|(_, source)| source)
}

/// The kind of an asset by the letter VERIS begins its variety with.
pub(super) fn asset(variety: &str) -> &'static str {
    let name = variety.to_lowercase();
    let has = |word: &str| name.contains(word);
    match variety.as_bytes().first() {
        Some(b'S') if has("database") => "database",
        Some(b'S') if has("web application") || has("pos controller") => "application",
        Some(b'U') if has("mobile") || has("tablet") || has("phone") => "mobile",
        Some(b'U' | b'T') => "workstation",
        Some(b'N') => "network",
        Some(b'M') => "media",
        Some(b'P') => "account",
        Some(b'E') => "ot",
        _ => "server",
    }
}

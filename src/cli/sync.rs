//! `sync`: exchange with other stores, and say in words what came of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use super::choose;
use super::failure::Failure;
use super::met;
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::model::evidence::bytes as in_words;
use crate::model::refusal::Refusal;
use crate::model::text::counted;
use crate::store::sync::{
    Config, Exchanged, LIMIT, Means, Notice, Receipt, Remote, SetUp, Standing, SyncFault, Tally,
};
use crate::verb::{Said, Seen, Syncing};

/// `sync` and what stands below it.
pub(super) fn sync(shell: &Shell, syncing: &Syncing, said: &Said) -> Result<ExitCode, Failure> {
    match syncing {
        Syncing::Now => now(shell),
        Syncing::Set { remote } => {
            let remote = Remote::read(remote).map_err(failure)?;
            let set = shell.store.sync_set(remote, &means(shell)).map_err(failure)?;
            told_set(shell, &set, None).map(|out| out.print())
        }
        Syncing::Share { remote } => {
            let address = choose::incident(shell, said)?;
            if address.number.starts_with("DEMO-") {
                return Err(Refusal::refused("The demo is not shared: it is nobody's incident.").into());
            }
            let remote = Remote::read(remote).map_err(failure)?;
            let set = shell.store.sync_share(address.id, remote, &means(shell)).map_err(failure)?;
            told_set(shell, &set, Some(&address.number)).map(|out| out.print())
        }
        Syncing::Unset { remote } => {
            let remote = remote.as_deref().map(Remote::read).transpose().map_err(failure)?;
            let gone = shell.store.sync_unset(remote.as_ref()).map_err(failure)?;
            if shell.json {
                return Ok(Out::json(shell, &serde_json::json!({ "unset": gone.shown() }))?.print());
            }
            let mut out = Out::new(shell);
            out.line(
                Line::default()
                    .tone(Tone::Strong, gone.shown())
                    .put("  nothing goes there any more")
                    .tone(Tone::Good, "  saved"),
            );
            out.line(Line::of("  what was exchanged stays, here and there"));
            Ok(out.print())
        }
        Syncing::Status(seen) => status(shell, *seen).map(|out| out.print()),
        Syncing::Bundle { file, receipt } => bundle(shell, file, receipt.as_deref()).map(|out| out.print()),
        Syncing::From { file, receipt } => from(shell, file, receipt.as_deref()),
    }
}

/// With what this person's exchanges are made.
pub(super) fn means(shell: &Shell) -> Means {
    Means {
        program: "git".into(),
        config: Config::Person,
        limit: LIMIT,
        evidence: shell.syncs.evidence,
        receive: shell.syncs.receive,
        key: shell.seals.key.clone(),
        signers: shell.seals.signers.clone(),
        trust: shell.syncs.trust,
        now: shell.wall,
    }
}

fn failure(fault: SyncFault) -> Failure {
    match fault {
        SyncFault::Store(error) => error.into(),
        fault @ (SyncFault::NotSet | SyncFault::NoRemote { .. }) => {
            let refusal = Refusal::misused(sentence(&fault.to_string()));
            match fault.hint() {
                Some(hint) => refusal.hint(sentence(&hint)).into(),
                None => refusal.into(),
            }
        }
        fault => {
            let failure = Failure::could_not(sentence(&fault.to_string()));
            match fault.hint() {
                Some(hint) => failure.hint(sentence(&hint)),
                None => failure,
            }
        }
    }
}

/// With a capital, unless it begins with what one types or a place, and a full stop.
fn sentence(words: &str) -> String {
    let mut text = words.to_owned();
    let first = words.split(' ').next().unwrap_or_default();
    if first.chars().all(|c| c.is_ascii_lowercase() || c == ',' || c == ';')
        && first != "casebook"
        && first != "git"
    {
        let capital: String = first.chars().take(1).collect();
        text.replace_range(..capital.len(), &capital.to_uppercase());
    }
    if !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}

/// Exchanges with every remote; one that cannot be reached hides no other.
fn now(shell: &Shell) -> Result<ExitCode, Failure> {
    let remotes = shell.store.remotes().map_err(failure)?;
    if remotes.is_empty() {
        return Err(failure(SyncFault::NotSet));
    }
    let (mut out, mut documents, mut worst) = (Out::new(shell), Vec::new(), None);
    for remote in &remotes {
        match shell.store.exchange(remote, &means(shell)) {
            Ok(exchanged) => {
                documents.push(document(&exchanged));
                told(&mut out, &exchanged);
                if !shell.json {
                    met::told(shell, &mut out, &exchanged.tally);
                }
                worst = worst.or((!exchanged.tally.failed.is_empty()).then_some(()));
            }
            Err(fault) if remotes.len() == 1 => return Err(failure(fault)),
            Err(fault) => {
                documents.push(serde_json::json!({ "remote": remote.shown(), "failed": fault.to_string() }));
                let failed = failure(fault);
                out.line(
                    Line::default()
                        .tone(Tone::Strong, remote.shown())
                        .put("  ")
                        .tone(Tone::Bad, failed.to_string()),
                );
                worst = Some(());
            }
        }
    }
    let code = if worst.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS };
    if shell.json {
        Out::json(shell, &serde_json::json!({ "remotes": documents }))?.print();
        return Ok(code);
    }
    out.print();
    Ok(code)
}

fn document(exchanged: &Exchanged) -> serde_json::Value {
    let Exchanged { remote, tally, noticed } = exchanged;
    serde_json::json!({
        "remote": remote.shown(),
        "received": { "lines": tally.lines_in, "bytes": tally.bytes_in, "opened": tally.opened, "grown": tally.grown, "failed": tally.failed,
            "seal_notes_kept": tally.notes_kept, "signatures_left": tally.signatures_left },
        "sent": { "lines": tally.lines_out, "bytes": tally.bytes_out, "incidents": tally.sent },
        "evidence_not_sent": { "files": tally.large.0, "bytes": tally.large.1 },
        "restricted_not_sent": tally.restricted,
        "noticed": noticed,
    })
}

/// Incidents by their numbers, the first few of them.
fn numbers(all: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = all.iter().take(5).map(String::as_str).collect();
    let more = if all.len() > 5 { format!(" and {} more", all.len() - 5) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Seals of both sides, of which ours stay.
fn kept(out: &mut Out, tally: &Tally) {
    match tally.notes_kept as u64 {
        0 => {}
        1 => {
            out.line(Line::of("  1 seal note of the same head was made on both sides; the one here was kept"))
        }
        n => out.line(Line::of(format!(
            "  {n} seal notes of the same heads were made on both sides; those here were kept"
        ))),
    }
    if tally.signatures_left > 0 {
        out.line(Line::of(format!(
            "  {} left where it is: a signature stands beside the note it signs, and the one here has its own or is another",
            counted(tally.signatures_left as u64, "signature")
        )));
    }
}

/// What came.
fn received(out: &mut Out, exchanged: &Exchanged) {
    let tally = &exchanged.tally;
    kept(out, tally);
    if tally.lines_in == 0 && tally.opened.is_empty() && tally.grown.is_empty() {
        if !tally.failed.is_empty() {
            return out.line(Line::of(format!("  received: nothing; not saved: {}", numbers(&tally.failed))));
        }
        return out.line(Line::of("  received: nothing new"));
    }
    let mut words = format!("  received: {}", counted(tally.lines_in, "line"));
    if !tally.opened.is_empty() {
        words.push_str(&format!("; new here: {}", numbers(&tally.opened)));
    }
    if !tally.grown.is_empty() {
        words.push_str(&format!("; more of {}", numbers(&tally.grown)));
    }
    let line = Line::of(words).tone(Tone::Good, "  saved");
    out.line(match tally.failed.is_empty() {
        true => line,
        false => line.tone(Tone::Bad, format!("  not saved: {}", numbers(&tally.failed))),
    });
}

fn told(out: &mut Out, exchanged: &Exchanged) {
    let Exchanged { remote, tally, noticed } = exchanged;
    out.line(Line::default().tone(Tone::Strong, remote.shown()));
    received(out, exchanged);
    match tally.sent.is_empty() {
        true => out.line(Line::of("  sent: nothing, it has everything")),
        false => {
            let bytes = in_words(tally.bytes_out);
            let lines = counted(tally.lines_out, "line");
            out.line(Line::of(format!("  sent: {lines} of {}, {bytes}", numbers(&tally.sent))));
        }
    }
    stays(out, tally.large, tally.restricted);
    noticed.iter().for_each(|notice| told_notice(out, notice));
}

/// What is not sent, and why.
fn stays(out: &mut Out, (files, bytes): (u64, u64), restricted: u64) {
    if files > 0 {
        let files = counted(files, "evidence file");
        out.line(Line::of(format!(
            "  stays here: {files}, {}, larger than sync.evidence; export bundle takes them along",
            in_words(bytes)
        )));
    }
    if restricted > 0 {
        let incidents = counted(restricted, "restricted incident");
        out.line(Line::of(format!("  stays here: {incidents}; casebook sync share sends one by name")));
    }
}

fn told_notice(out: &mut Out, notice: &Notice) {
    let tone = if notice.is_alarm() { Tone::Bad } else { Tone::Warn };
    let word = if notice.is_alarm() { "  ALARM: " } else { "  note: " };
    out.line(Line::default().tone(tone, word).put(notice.words()));
}

fn told_set(shell: &Shell, (remote, set): &(Remote, SetUp), incident: Option<&str>) -> Result<Out, Failure> {
    if shell.json {
        let document = serde_json::json!({
            "remote": remote.shown(), "made": *set == SetUp::Made, "was_set": *set == SetUp::Before,
            "incidents": (!remote.only.is_empty()).then_some(&remote.only),
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    let line = Line::default().tone(Tone::Strong, remote.shown());
    out.line(match set {
        SetUp::Made => line.put("  an empty repository was made there").tone(Tone::Good, "  saved"),
        SetUp::Found => line.put("  is there").tone(Tone::Good, "  saved"),
        SetUp::Before => line.put("  was set before"),
    });
    out.line(match (incident, remote.only.len()) {
        (Some(number), 1) => Line::of(format!("  {number} goes there, and nothing else")),
        (Some(number), many) => {
            Line::of(format!("  {number} goes there, {many} incidents in all, and nothing else"))
        }
        (None, 0) => Line::of("  the whole store goes there; restricted incidents and the demo stay here"),
        (None, many) => Line::of(format!(
            "  it is for {} alone; nothing else goes there",
            counted(many as u64, "incident")
        )),
    });
    out.line(Line::of("  casebook sync exchanges now; while the screens are open it happens by itself"));
    Ok(out)
}

/// `sync --bundle`.
fn bundle(shell: &Shell, file: &Path, receipt: Option<&Path>) -> Result<Out, Failure> {
    let receipt = receipt.map(Receipt::read).transpose().map_err(failure)?;
    let made = shell.store.sync_bundle(file, receipt.as_ref(), &means(shell)).map_err(failure)?;
    let tally = &made.tally;
    if shell.json {
        let document = serde_json::json!({
            "file": (made.size > 0).then_some(file), "bytes": made.size,
            "sent": { "lines": tally.lines_out, "bytes": tally.bytes_out, "incidents": tally.sent },
            "evidence_not_sent": { "files": tally.large.0, "bytes": tally.large.1 },
            "restricted_not_sent": tally.restricted,
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    if made.size == 0 {
        out.line(Line::of("Nothing is to be carried: the receipt names all of it. No file was written."));
        return Ok(out);
    }
    let line = Line::default().tone(Tone::Strong, file.display().to_string());
    out.line(line.put(format!("  {}", in_words(made.size))).tone(Tone::Good, "  saved"));
    let lines = counted(tally.lines_out, "line");
    out.line(Line::of(format!("  {lines} of {}", numbers(&tally.sent))));
    stays(&mut out, tally.large, tally.restricted);
    out.line(Line::of(format!("  on the other side: casebook sync --from {}", file.display())));
    Ok(out)
}

/// `sync --from`.
fn from(shell: &Shell, file: &Path, receipt: Option<&Path>) -> Result<ExitCode, Failure> {
    let exchanged = shell.store.sync_from(file, &means(shell)).map_err(failure)?;
    let held = shell.store.receipt().map_err(failure)?;
    if let Some(path) = receipt {
        held.write(path).map_err(failure)?;
    }
    let code = |done: ExitCode| match exchanged.tally.failed.is_empty() {
        true => done,
        false => ExitCode::from(1),
    };
    if shell.json {
        let tally = &exchanged.tally;
        let document = serde_json::json!({
            "file": file, "noticed": exchanged.noticed, "receipt": held,
            "received": { "lines": tally.lines_in, "bytes": tally.bytes_in, "opened": tally.opened, "grown": tally.grown, "failed": tally.failed,
            "seal_notes_kept": tally.notes_kept, "signatures_left": tally.signatures_left },
        });
        return Ok(code(Out::json(shell, &document)?.print()));
    }
    let mut out = Out::new(shell);
    out.line(Line::default().tone(Tone::Strong, file.display().to_string()));
    received(&mut out, &exchanged);
    met::told(shell, &mut out, &exchanged.tally);
    exchanged.noticed.iter().for_each(|notice| told_notice(&mut out, notice));
    let touched = |name: &String| {
        let tally = &exchanged.tally;
        let number =
            name.split('/').next().and_then(|folder| folder.rsplit_once('-')).map(|(number, _)| number);
        number.is_some_and(|number| tally.opened.contains(number) || tally.grown.contains(number))
    };
    for (name, held) in held.journals.iter().filter(|(name, _)| touched(name)) {
        let mut parts = held.last.split('/');
        let (writer, n, id) = (parts.next(), parts.next(), parts.next());
        let (writer, n) = (writer.unwrap_or_default(), n.unwrap_or_default());
        let id: String = id.unwrap_or_default().chars().take(16).collect();
        let number = name
            .split('/')
            .next()
            .and_then(|folder| folder.rsplit_once('-'))
            .map_or("", |(number, _)| number);
        out.line(Line::of(format!("  has now: {number}  {writer} to line {n}  {id}")));
    }
    out.line(match receipt {
        Some(path) => Line::of(format!(
            "  receipt: {}; carried back, casebook sync --bundle FILE --receipt {} writes only what is missing",
            path.display(),
            path.display()
        ))
        .tone(Tone::Good, "  saved"),
        None => Line::of("  --receipt FILE writes down what is here, so that the next file need only hold what is missing"),
    });
    Ok(code(out.print()))
}

/// `sync status`.
fn status(shell: &Shell, seen: Seen) -> Result<Out, Failure> {
    let all = shell.store.sync_standing(shell.syncs.evidence).map_err(failure)?;
    if seen == Seen::PutAside {
        shell.store.sync_seen().map_err(failure)?;
    }
    if shell.json {
        let documents: Vec<_> = all.iter().map(standing).collect();
        return Out::json(shell, &serde_json::json!({ "remotes": documents }));
    }
    if all.is_empty() {
        return Err(failure(SyncFault::NotSet));
    }
    let mut out = Out::new(shell);
    for one in &all {
        out.gap();
        told_standing(shell, &mut out, one);
    }
    Ok(out)
}

fn standing(one: &Standing) -> serde_json::Value {
    let peers: Vec<_> = one
        .peers
        .iter()
        .map(|(writer, peer)| {
            serde_json::json!({
                "writer": writer, "by": peer.by, "last_recorded": peer.recorded, "taken": peer.taken,
                "lines": peer.lines, "clock_skew_ms": peer.skew_ms, "signed_by": peer.signer,
            })
        })
        .collect();
    let archived: Vec<_> = one
        .archived
        .iter()
        .map(|(number, lines)| serde_json::json!({ "incident": number, "lines": lines }))
        .collect();
    serde_json::json!({
        "remote": one.remote.shown(), "incidents": (!one.remote.only.is_empty()).then_some(&one.remote.only),
        "unsent": { "lines": one.unsent_lines, "incidents": one.unsent, "more": one.more },
        "archived_unsent": archived,
        "evidence_not_sent": { "files": one.large.0, "bytes": one.large.1 },
        "restricted_not_sent": one.restricted, "last_exchange": one.exchanged, "failed": one.failed,
        "noticed": one.notices, "peers": peers,
    })
}

fn told_standing(shell: &Shell, out: &mut Out, one: &Standing) {
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%SZ").to_string();
    out.line(Line::default().tone(Tone::Strong, one.remote.shown()).put(match one.remote.only.len() {
        0 => "  the whole store".to_owned(),
        many => format!("  {} alone", counted(many as u64, "incident")),
    }));
    out.line(match one.exchanged {
        Some(at) => Line::of(format!("  last exchange {}", time(at))),
        None => Line::of("  nothing was exchanged yet"),
    });
    if let Some(failed) = &one.failed {
        out.line(Line::of("  ").tone(Tone::Warn, format!("the last try came to nothing: {failed}")));
    }
    let more = if one.more { " and more" } else { "" };
    out.line(match (one.unsent.len(), one.unsent_lines) {
        (0, _) => Line::of("  unsent: nothing"),
        (incidents, lines) => Line::of(format!(
            "  unsent: {}{more} of {}",
            counted(lines, "line"),
            counted(incidents as u64, "incident")
        )),
    });
    for (number, lines) in &one.archived {
        let lines = counted(*lines, "line");
        out.line(Line::of(format!(
            "  left unsent with it: {lines} of {number}, archived; once it is back, casebook sync sends what is missing"
        )));
    }
    stays(out, one.large, one.restricted);
    let rows = one.peers.iter().map(|(writer, peer)| {
        let signed = peer.signer.as_ref().map(|who| format!("signed by {who}")).unwrap_or_default();
        let skew = skew(peer.skew_ms);
        vec![
            Line::of(writer),
            Line::of(&peer.by),
            Line::of(counted(peer.lines, "line")),
            Line::of(peer.recorded.map(|at| format!("last {}", time(at))).unwrap_or_default()),
            if skew.is_empty() {
                Line::of(signed)
            } else {
                Line::default().tone(Tone::Warn, skew).put(format!(" {signed}"))
            },
        ]
    });
    let _ = shell;
    out.table(2, rows.collect());
    one.notices.iter().for_each(|notice| told_notice(out, notice));
}

/// A clock that stands far from others, in words; nothing for one that does not.
fn skew(ms: i64) -> String {
    if ms.unsigned_abs() <= crate::store::SKEW_MS.unsigned_abs() {
        return String::new();
    }
    format!("clock {} {}", crate::model::time::roughly(ms), if ms > 0 { "ahead" } else { "behind" })
}

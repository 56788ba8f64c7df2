//! `expunge --carry-out`: what others took away elsewhere is taken from this disk, when somebody here says yes.

use super::change;
use super::choose;
use super::confirm;
use super::expunge::amount;
use super::failure::{Failure, note};
use super::out::{Line, Out, Tone};
use super::shell::Shell;
use crate::model::refusal::Refusal;
use crate::store::{Address, Touched, Waiting};
use crate::verb::{CarryingOut, How, Said};

/// `expunge --carry-out`.
pub(super) fn carry_out(shell: &Shell, order: &CarryingOut, said: &Said) -> Result<Out, Failure> {
    let address = choose::incident(shell, said)?;
    if order.refs.is_empty() {
        return listed(shell, &address, &shell.store.waiting(&address));
    }
    let waiting = shell.store.not_carried_out(&address);
    let known: Vec<String> =
        shell.read(&address)?.incident.declaring().map(|line| line.to_string()).collect();
    let wanted = wanted(&waiting, &known, &order.refs)?;
    if order.how == How::DryRun {
        return looked_at(shell, &address, &wanted);
    }
    // Whether this person may write here at all.
    change::writable(shell, &address)?;
    let gone = wanted.iter().all(Waiting::takes_nothing);
    let tell = || {
        let mut out = Out::new(shell);
        let line = Line::default().tone(Tone::Strong, &address.number);
        out.line(line.put(match gone {
            true => "  gone from this disk already; to be agreed to",
            false => "  to be taken from this disk for good; nobody can bring it back",
        }));
        wanted.iter().for_each(|one| row(&mut out, one));
        out.print();
    };
    if wanted.is_empty() {
        // All of it was agreed to before; a stop may have come in between.
        let touched = shell.store.finish_expunging(&address)?;
        return told(shell, &address, &touched, "");
    }
    let question = if gone { "Agree to it?" } else { "Carry it out?" };
    if order.how == How::Ask && !confirm::agreed(shell, question, tell)? {
        note("Nothing was taken away.");
        return Ok(Out::new(shell));
    }
    let touched = shell.store.carry_out(&address, &wanted)?;
    let record = shell.read(&address)?;
    shell.store.publish(&record);
    told(shell, &address, &touched, if gone { "; agreed to" } else { "" })
}

/// Those that are meant, each by the beginning of its line's id. `known`: the ids of all lines that declare something; of
/// one that is not among these nothing is here to agree to.
fn wanted(waiting: &[Waiting], known: &[String], refs: &[String]) -> Result<Vec<Waiting>, Failure> {
    let mut wanted: Vec<Waiting> = Vec::new();
    for reference in refs {
        let prefix = reference.trim().to_lowercase();
        let fits: Vec<&Waiting> = waiting
            .iter()
            .filter(|one| prefix.len() >= 4 && one.line.to_string().starts_with(&prefix))
            .collect();
        if fits.is_empty() && prefix.len() >= 4 && known.iter().any(|line| line.starts_with(&prefix)) {
            continue;
        }
        let [one] = fits[..] else {
            let why = if fits.is_empty() { "Nothing that waits" } else { "More than one that waits" };
            return Err(Refusal::misused(format!("{why} is declared by a line {prefix}."))
                .hint("casebook expunge --carry-out names what waits, with the id of each.")
                .into());
        };
        if !wanted.contains(one) {
            wanted.push(one.clone());
        }
    }
    Ok(wanted)
}

fn document(address: &Address, waiting: &[Waiting]) -> serde_json::Value {
    let rows: Vec<_> = waiting
        .iter()
        .map(|one| {
            serde_json::json!({
                "line": one.line, "by": one.by, "with": one.with, "reason": one.reason,
                "lines": one.lines, "wordless": one.wordless, "files": one.files,
            })
        })
        .collect();
    serde_json::json!({ "incident": address.number, "waiting": rows })
}

fn row(out: &mut Out, one: &Waiting) {
    let mut what = Vec::new();
    if !one.takes_nothing() {
        what.push(amount(one.lines.len(), one.files.len()));
    }
    if !one.wordless.is_empty() {
        what.push(format!("{} without words already", amount(one.wordless.len(), 0)));
    }
    let line = Line::of("  ").tone(Tone::Strong, one.line.short(8));
    out.line(line.put(format!("  {} by {} with {}: {}", what.join(", "), one.by, one.with, one.reason)));
}

/// What waits.
fn listed(shell: &Shell, address: &Address, waiting: &[Waiting]) -> Result<Out, Failure> {
    if shell.json {
        return Out::json(shell, &document(address, waiting));
    }
    let mut out = Out::new(shell);
    let line = Line::default().tone(Tone::Strong, &address.number);
    if waiting.is_empty() {
        out.line(line.put("  nothing that was expunged elsewhere waits here"));
        return Ok(out);
    }
    out.line(line.put("  expunged elsewhere, hidden here, and still on this disk until somebody agrees:"));
    waiting.iter().for_each(|one| row(&mut out, one));
    out.line(Line::of(
        "  --carry-out REF --dry-run shows the words; --carry-out REF takes them from this disk for good; --decline REF keeps them",
    ));
    Ok(out)
}

/// What would go, with its words: whoever says yes has to know to what.
fn looked_at(shell: &Shell, address: &Address, wanted: &[Waiting]) -> Result<Out, Failure> {
    if shell.json {
        return Out::json(shell, &document(address, wanted));
    }
    let mut out = Out::new(shell);
    let would = match wanted.iter().all(Waiting::takes_nothing) {
        true => "  gone from this disk already; would be agreed to",
        false => "  would be taken from this disk",
    };
    out.line(Line::default().tone(Tone::Strong, &address.number).put(would));
    for one in wanted {
        row(&mut out, one);
        for words in shell.store.values_of(address, &one.lines)? {
            out.line(Line::of(format!("    {words}")));
        }
        for file in &one.files {
            out.line(Line::of(format!("    vault {}", &file[..file.len().min(16)])));
        }
    }
    out.line(Line::default().tone(Tone::Warn, "  nothing was taken away: --dry-run"));
    Ok(out)
}

fn told(shell: &Shell, address: &Address, touched: &Touched, agreed: &str) -> Result<Out, Failure> {
    if shell.json {
        let document = serde_json::json!({
            "incident": address.number, "lines": touched.lines, "segments": touched.segments,
            "taken_away": touched.files,
        });
        return Out::json(shell, &document);
    }
    let mut out = Out::new(shell);
    let line = Line::default().tone(Tone::Strong, &address.number);
    if *touched == Touched::default() {
        out.line(line.put(format!("  nothing was there to be taken from this disk{agreed}")));
        return Ok(out);
    }
    out.line(line.put(format!("  {}", touched.words())).tone(Tone::Good, "  taken from this disk"));
    note("Other stores, backups and bundles made before keep theirs; the disk may keep old blocks.");
    Ok(out)
}

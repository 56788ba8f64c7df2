//! A row as the list cache keeps it: its values in their order, without names, so that ten thousand are read at once.

use casebook_bytes::PlainRow;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::row::{Closed, Row};
use crate::model::id::LineId;
use crate::model::link::Relation;
use crate::model::phase::Phase;
use crate::model::taxonomy::Tlp;
use crate::model::time::quickly;
use crate::readiness::Actions;

/// An instant, read quickly.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct At(#[serde(deserialize_with = "quickly")] DateTime<Utc>);

/// Id, title, status, phase, visit; entered, opened, updated, due; severity, TLP, lead, types, tickets.
#[derive(Serialize, Deserialize)]
struct Head(Uuid, String, String, Phase, u32, Times, Option<u8>, Option<Tlp>, Option<String>, Words);

#[derive(Serialize, Deserialize)]
struct Times(At, At, At, Option<At>);

#[derive(Serialize, Deserialize)]
struct Words(Vec<String>, Vec<String>);

/// Entries; tasks settled and all; not contained, debts, contested.
#[derive(Serialize, Deserialize)]
struct Counts(u32, u32, u32, u32, u32, u32);

/// Whether it is closed, the last line, links, improvement actions, why it is shut, who wrote the last line.
#[derive(Serialize, Deserialize)]
struct Rest(
    bool,
    Option<LineId>,
    Vec<(Uuid, Relation)>,
    Option<Actions>,
    Option<Closed>,
    #[serde(default)] Option<String>,
);

/// All of a row but its number, which the folder keeps.
#[derive(Serialize, Deserialize)]
struct Kept(Head, Counts, Rest);

pub(super) fn serialize<S: Serializer>(row: &Row, serializer: S) -> Result<S::Ok, S::Error> {
    let Row {
        id,
        number: _,
        title,
        status,
        closed,
        phase,
        visit,
        entered,
        severity,
        tlp,
        types,
        refs,
        lead,
        opened,
        updated,
        last,
        by,
        entries,
        settled,
        tasks,
        uncontained,
        debts,
        contested,
        due,
        links,
        actions,
        shut,
    } = row.clone();
    let times = Times(At(entered), At(opened), At(updated), due.map(At));
    let head = Head(id, title, status, phase, visit, times, severity, tlp, lead, Words(types, refs));
    let counts = Counts(entries, settled, tasks, uncontained, debts, contested);
    let actions = (!actions.none()).then_some(actions);
    Kept(head, counts, Rest(closed, last, links, actions, shut, by)).serialize(serializer)
}

/// The number stays empty.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Row, D::Error> {
    let Kept(head, counts, rest) = Kept::deserialize(deserializer)?;
    let Head(id, title, status, phase, visit, times, severity, tlp, lead, Words(types, refs)) = head;
    let Times(At(entered), At(opened), At(updated), due) = times;
    let Counts(entries, settled, tasks, uncontained, debts, contested) = counts;
    let Rest(closed, last, links, actions, shut, by) = rest;
    Ok(Row {
        id,
        number: String::new(),
        title,
        status,
        closed,
        phase,
        visit,
        entered,
        severity,
        tlp,
        types,
        refs,
        lead,
        opened,
        updated,
        last,
        by,
        entries,
        settled,
        tasks,
        uncontained,
        debts,
        contested,
        due: due.map(|At(due)| due),
        links,
        actions: actions.unwrap_or_default(),
        shut,
    })
}

/// The row of a usual line, as [`deserialize`] has it. `None`: serde has to look at its words.
pub(super) fn usual(plain: &PlainRow<'_>, number: String) -> Option<Row> {
    let phase = Phase::ALL.into_iter().find(|phase| phase.id() == plain.phase)?;
    let tlp = match plain.tlp {
        None => None,
        Some(word) => Some(Tlp::ALL.into_iter().find(|tlp| tlp.id() == word)?),
    };
    let [entries, settled, tasks, uncontained, debts, contested] = plain.counts;
    Some(Row {
        id: Uuid::from_bytes(plain.id),
        number,
        title: plain.title.to_owned(),
        status: plain.status.to_owned(),
        closed: plain.closed,
        phase,
        visit: plain.visit,
        entered: plain.entered,
        severity: plain.severity,
        tlp,
        types: plain.types().map(str::to_owned).collect(),
        refs: plain.refs().map(str::to_owned).collect(),
        lead: plain.lead.map(str::to_owned),
        opened: plain.opened,
        updated: plain.updated,
        last: plain.last,
        by: plain.by.map(str::to_owned),
        entries,
        settled,
        tasks,
        uncontained,
        debts,
        contested,
        due: plain.due,
        links: Vec::new(),
        actions: Actions::default(),
        shut: None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::incident::Incident;

    fn moment() -> impl Strategy<Value = DateTime<Utc>> {
        (-62_000_000_000i64..253_000_000_000, 0u32..1000)
            .prop_map(|(seconds, ms)| DateTime::from_timestamp(seconds, ms * 1_000_000).unwrap())
    }

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Line {
        at: String,
        changed: i64,
        files: Vec<(String, u64)>,
        #[serde(with = "super")]
        row: Row,
    }

    prop_compose! {
        fn row()(
            id in any::<u128>(), words in prop::collection::vec("[a-zé<\u{7f}]{0,12}|[ -~\n]{0,9}", 8),
            phase in prop::sample::select(Phase::ALL.to_vec()), tlp in prop::option::of(prop::sample::select(Tlp::ALL.to_vec())),
            times in prop::collection::vec(moment(), 4), due in any::<bool>(), counts in any::<[u32; 7]>(),
            severity in prop::option::of(1u8..=5), closed in any::<bool>(), some in any::<[bool; 4]>(), last in any::<[u8; 32]>(),
            link in prop::option::weighted(0.2, any::<u128>()), shut in prop::option::weighted(0.1, Just(Closed::Restricted)),
        ) -> Row {
            let of = |k: usize| words[k].clone();
            Row {
                id: Uuid::from_u128(id), number: String::new(), title: of(0), status: of(1), closed, phase, visit: counts[0],
                entered: times[0], severity, tlp, types: if some[0] { vec![of(2), of(3)] } else { Vec::new() },
                refs: if some[1] { vec![of(4)] } else { Vec::new() }, lead: some[2].then(|| of(5)), opened: times[1], updated: times[2],
                last: some[3].then_some(LineId(last)), by: due.then(|| of(6)), entries: counts[1], settled: counts[2], tasks: counts[3],
                uncontained: counts[4], debts: counts[5], contested: counts[6], due: due.then_some(times[3]),
                links: link.map(|id| (Uuid::from_u128(id), Relation::Related)).into_iter().collect(),
                shut, ..Row::of(&Incident::fold(Uuid::nil(), []))
            }
        }
    }

    proptest! {
        #[test]
        fn a_usual_row_is_read_as_serde_reads_it(row in row(), changed in any::<i64>(), files in prop::collection::vec(("[a-z.é\"]{0,9}", any::<u64>()), 0..3)) {
            let line = Line { at: "2026/00/x".into(), changed, files, row };
            let text = serde_json::to_string(&line).unwrap();
            let serde: Line = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&serde, &line);
            let plain = PlainRow::read(text.strip_suffix('}').unwrap());
            // Nothing that is usual is left to serde.
            let odd = text.contains('\\') || !line.row.links.is_empty() || line.row.shut.is_some() || changed < 0;
            prop_assert_eq!(plain.is_none(), odd, "{}", &text);
            if let Some(plain) = plain {
                let files: Vec<(String, u64)> = plain.files().map(|(name, size)| (name.to_owned(), size)).collect();
                prop_assert_eq!((plain.changed, &files), (line.changed, &line.files));
                prop_assert_eq!(usual(&plain, String::new()), Some(line.row));
            }
        }
    }
}

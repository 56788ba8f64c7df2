//! Everything of an incident that is found by its words: one list over all kinds of records.

use super::Incident;
use crate::model::entry::{Entry, Kind};
use crate::model::id::{LineId, NounId};
use crate::model::ledger::What;
use crate::model::notice::Standing;

/// Where a found text stands.
#[derive(Clone, Copy, Debug)]
pub enum Spot<'a> {
    /// In the head: title, summary, types, tickets, lead.
    Head,
    /// In a line of the activity log.
    Line(&'a Entry),
    /// In a task, component, lesson …: the noun's id, and the line that made it.
    Noun(&'a NounId, LineId),
}

impl Spot<'_> {
    /// Whether two texts of an incident are of one record.
    pub fn same(&self, other: &Spot<'_>) -> bool {
        match (self, other) {
            (Spot::Head, Spot::Head) => true,
            // Each stands in one place: nothing in it has to be looked at.
            (Spot::Line(one), Spot::Line(two)) => std::ptr::eq(*one, *two),
            (Spot::Noun(one, _), Spot::Noun(two, _)) => std::ptr::eq(*one, *two),
            _ => false,
        }
    }
}

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Written in this incident.
    Written,
    /// Copied from a playbook: the same words stand in many incidents.
    Copied,
}

/// A text that can be found, and the record it belongs to. A record with several fields has several texts.
#[derive(Clone, Copy, Debug)]
pub struct Findable<'a> {
    pub kind: Kind,
    pub spot: Spot<'a>,
    /// What the record is called, whichever of its fields this is.
    pub name: &'a str,
    /// Which of the record's fields it is.
    pub field: &'static str,
    pub text: &'a str,
    pub source: Source,
}

impl Findable<'_> {
    /// What it is, a word for people: `task`, `note`, `incident`.
    pub fn what(&self) -> &'static str {
        match self.spot {
            Spot::Head => "incident",
            Spot::Line(_) | Spot::Noun(..) => self.kind.word(),
        }
    }
}

/// The texts of one record; the first is what it is called.
pub(super) fn record<'a, const N: usize>(
    kind: Kind,
    spot: Spot<'a>,
    fields: [(&'static str, &'a str); N],
) -> impl Iterator<Item = Findable<'a>> {
    let name = fields.first().map_or("", |(_, text)| text);
    let source = Source::Written;
    fields.into_iter().map(move |(field, text)| Findable { kind, spot, name, field, text, source })
}

impl Incident {
    /// Every text that can be found: the things, then the log in the order of its lines, of which also those that were
    /// taken back stay in sight, struck through.
    pub fn records(&self) -> impl Iterator<Item = Findable<'_>> {
        self.things().chain(self.entries.iter().flat_map(entry_texts))
    }

    /// The texts of the head, then of the nouns. What was taken back is left out.
    pub fn things(&self) -> impl Iterator<Item = Findable<'_>> {
        self.head_texts()
            .chain(self.task_texts())
            .chain(self.component_texts())
            .chain(self.approval_texts())
            .chain(self.evidence_texts())
            .chain(self.indicator_texts())
            .chain(self.people_texts())
            .chain(self.handover_texts())
            .chain(self.notice_texts())
            .chain(self.ledger_texts())
            .chain(self.lesson_texts())
            .chain(self.improvement_texts())
            .chain(self.link_texts())
            .filter(|found| !found.text.is_empty())
    }

    fn head_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        let title = self.title.get().map_or("", String::as_str);
        let plain = [
            ("title", title),
            ("summary", self.summary.get().and_then(Option::as_deref).unwrap_or_default()),
            ("lead", self.lead().unwrap_or_default()),
            ("number", self.number.as_str()),
        ];
        let types = self.types().map(|word| ("type", word));
        let refs = self.refs().map(|word| ("ticket", word));
        let all = plain.into_iter().chain(types).chain(refs);
        all.map(move |(field, text)| Findable {
            kind: Kind::Opened,
            spot: Spot::Head,
            name: title,
            field,
            text,
            source: Source::Written,
        })
    }

    fn task_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.tasks.iter().filter(|task| !task.undone).flat_map(|task| {
            let reason = task.progress.get().and_then(|progress| progress.reason.as_deref());
            let fields = [
                ("title", task.what.title.as_str()),
                ("instruction", task.what.text.as_str()),
                ("result", reason.unwrap_or_default()),
                ("owner", task.assignee().unwrap_or_default()),
            ];
            let copied = task.what.playbook_id.is_some();
            record(Kind::Task, Spot::Noun(task.id(), task.line), fields).map(move |found| match found.field {
                "title" | "instruction" if copied => Findable { source: Source::Copied, ..found },
                _ => found,
            })
        })
    }

    fn component_texts<'a>(&'a self) -> impl Iterator<Item = Findable<'a>> {
        self.components().flat_map(|component| {
            let reason = component.stage.get().and_then(|staged| staged.reason.as_deref());
            let fields = [
                ("name", component.name.as_str()),
                ("type", component.kind.as_str()),
                ("owner", component.owner().unwrap_or_default()),
                ("note", component.note().unwrap_or_default()),
                ("verdict", component.verdict().unwrap_or_default()),
                ("reason", reason.unwrap_or_default()),
            ];
            let spot = Spot::Noun(&component.id, component.line);
            let more = |field| {
                let name = component.name.as_str();
                move |text: &'a String| {
                    let source = Source::Written;
                    Findable { kind: Kind::Component, spot, name, field, text, source }
                }
            };
            let tags = component.tags().iter().map(more("tag"));
            let methods = component.steps().filter_map(|step| step.facts.how.as_ref()).map(more("method"));
            let before = component.former.iter().map(more("earlier name"));
            record(Kind::Component, spot, fields).chain(tags).chain(methods).chain(before)
        })
    }

    fn approval_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.approvals.iter().filter(|granted| !granted.undone).flat_map(|granted| {
            let approval = &granted.approval;
            let fields = [
                ("name", approval.name.as_str()),
                ("role", approval.role.as_deref().unwrap_or_default()),
                ("how", approval.how.as_deref().unwrap_or_default()),
            ];
            record(Kind::Approval, Spot::Noun(&granted.id, granted.line), fields)
        })
    }

    fn evidence_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.evidence().flat_map(|item| {
            let fields = [
                ("name", item.name()),
                ("number", item.number.as_str()),
                ("type", item.kind()),
                ("holder", item.holder().unwrap_or_default()),
                ("origin", item.origin().unwrap_or_default()),
                ("from", item.source().unwrap_or_default()),
                ("where", item.place().unwrap_or_default()),
                ("tool", item.tool().unwrap_or_default()),
                ("taken by", item.acquired_by().unwrap_or_default()),
                ("kept", item.kept().unwrap_or_default()),
                ("seal", item.seal().unwrap_or_default()),
                ("hash", item.sha256().unwrap_or_default()),
                ("note", item.note().unwrap_or_default()),
            ];
            record(Kind::Evidence, Spot::Noun(&item.id, item.line), fields)
        })
    }

    fn indicator_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        let all = &self.indicators;
        all.iter().flat_map(|item| {
            let fields = [
                ("value", item.value.as_str()),
                ("type", all.kind(item)),
                ("source", all.source(item).unwrap_or_default()),
                ("note", all.note(item).unwrap_or_default()),
            ];
            record(Kind::Indicator, Spot::Noun(&item.id, all.addition(item).line), fields)
        })
    }

    fn notice_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.notices.iter().filter(|notice| !notice.undone).flat_map(|notice| {
            let said = |what: fn(&Standing) -> Option<&str>| {
                notice.standing.get().and_then(what).unwrap_or_default()
            };
            let fields = [
                ("name", notice.name.as_str()),
                ("number", notice.number.as_str()),
                ("recipient", notice.recipient.as_str()),
                ("reference", said(|standing| standing.reference.as_deref())),
                ("proof", said(|standing| standing.proof.as_deref())),
                ("reason", said(|standing| standing.reason.as_deref())),
            ];
            record(Kind::Notice, Spot::Noun(&notice.id, notice.line), fields)
        })
    }

    fn ledger_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.ledger().flat_map(|item| {
            let owner = item.owner.get().and_then(Option::as_deref).unwrap_or_default();
            let reason = item.stand.get().and_then(|stand| stand.reason.as_deref()).unwrap_or_default();
            let name = item.text.as_str();
            let fields =
                [("text", name), ("number", item.number.as_str()), ("owner", owner), ("reason", reason)];
            let (kind, spot) = (super::words::ledger_kind(item.sort()), Spot::Noun(&item.id, item.line));
            let more = own_words(&item.what).into_iter().map(move |(field, text)| {
                let source = Source::Written;
                Findable { kind, spot, name, field, text, source }
            });
            record(kind, spot, fields).chain(more)
        })
    }

    fn handover_texts(&self) -> impl Iterator<Item = Findable<'_>> {
        self.handovers().flat_map(|handover| {
            let fields = [
                ("to", handover.to.as_str()),
                ("from", handover.from.as_deref().unwrap_or_default()),
                ("note", self.handover_note(handover).unwrap_or_default()),
                ("answer", self.answer_words(handover).unwrap_or_default()),
            ];
            record(Kind::Handover, Spot::Noun(&handover.id, handover.line), fields)
        })
    }
}

/// The texts of a line of the log.
pub fn entry_texts(entry: &Entry) -> impl Iterator<Item = Findable<'_>> {
    let texts = record(entry.kind, Spot::Line(entry), [("text", entry.shown()), ("by", entry.actor())]);
    texts.filter(|found| !found.text.is_empty())
}

/// The words that only one noun of the ledger has, each with its field.
fn own_words(what: &What) -> Vec<(&'static str, &str)> {
    fn some(word: Option<&String>) -> &str {
        word.map_or("", String::as_str)
    }
    match what {
        What::Decision(decision) => {
            let approved = decision.approved_by.as_ref().map(|person| &person.name);
            let mut words = vec![("why", some(decision.why.as_ref())), ("approved by", some(approved))];
            words.extend(decision.alternatives.iter().map(|text| ("instead of", text.as_str())));
            words
        }
        What::Assumption(assumption) => vec![("refuted by", some(assumption.refuted_by.as_ref()))],
        What::Approval(request) => {
            vec![("of", request.of.name.as_str()), ("words", some(request.words.as_ref()))]
        }
        What::Measure(measure) => {
            let mut words = vec![("where", some(measure.place.as_ref()))];
            words.extend(measure.names.iter().map(|name| ("component", name.as_str())));
            words
        }
        What::Timer(_) | What::Declaration(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;

    #[test]
    fn every_kind_of_record_is_found_by_its_words_and_what_was_taken_back_is_not() {
        let incident = case();
        let found = |words: &str| {
            let all = incident.records().filter(|found| found.text.contains(words));
            all.map(|found| format!("{} {}", found.what(), found.field)).collect::<Vec<_>>()
        };
        assert_eq!(found("Files renamed"), ["incident title", "opened text"]);
        assert_eq!(found("FS02"), ["component name", "component text", "note text"]);
        assert_eq!(found("Mira"), ["approval name", "approval text"]);
        assert_eq!(found("Rotate the key"), ["task title", "task text"]);
        // Taken back: only the struck line of the log tells of it.
        assert_eq!(found("WS-114"), ["component text", "undo text"]);
    }

    #[test]
    fn words_of_a_playbook_are_told_from_words_of_this_incident() {
        let incident = case();
        let sources = |words: &str| {
            let all = incident.records().filter(|found| found.field == "title" && found.text.contains(words));
            all.map(|found| found.source).collect::<Vec<_>>()
        };
        assert_eq!(sources("Rotate the key"), [Source::Written]);
        assert!(incident.records().any(|found| found.source == Source::Copied));
    }
}

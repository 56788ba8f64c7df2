//! The laws over indicators: what the random commands are, what is pinned, what two people may do at once.

use super::*;
use crate::model::indicator::{
    self, AddIndicators, Adding, Confidence, Details, EditIndicator, Kind, LinkIndicators, RetireIndicators,
    Ties, Use,
};
use crate::model::taxonomy::Tlp;

/// A command on indicators that makes sense for what is there.
pub(super) fn command(incident: &Incident, pick: usize, word: u8) -> Command {
    let all = &incident.indicators;
    let item = all.iter().nth(pick % all.len().max(1)).map(|item| item.id.clone());
    let tlp = Tlp::ALL[usize::from(word) % 5];
    Command::Indicator(match (item, pick / 7 % 5) {
        (None, _) | (_, 0 | 1) => {
            let adding = |k: u8| {
                let value = format!("203.0.113.{}", (word % 5) + k);
                Adding { kind: Kind::Ipv4, value, own: None }
            };
            let with = Details { tlp: Some(tlp), ..Details::default() };
            let indicators = (0..=u8::try_from(pick % 3).unwrap_or(0)).map(adding).collect();
            indicator::Command::Add(AddIndicators { indicators, with, part: None })
        }
        (Some(id), 2) => indicator::Command::Edit(EditIndicator {
            indicator: Some(id),
            tlp: Some(tlp),
            confidence: Some(Confidence::ALL[usize::from(word) % 3]),
            note: Some(format!("note {}", word % 3)),
            tags_added: vec![format!("tag {}", word % 4)],
            ..EditIndicator::default()
        }),
        (Some(id), 3) => indicator::Command::Link(LinkIndicators {
            indicators: vec![id],
            to: Ties {
                components: incident.components().take(1).map(|component| component.id.clone()).collect(),
                entries: incident.entries.iter().take(1).map(|entry| entry.id).collect(),
                incidents: Vec::new(),
            },
        }),
        (Some(id), _) => indicator::Command::Retire(RetireIndicators {
            indicators: vec![id],
            to: if word.is_multiple_of(2) { Use::Retired } else { Use::InUse },
            reason: Some("shared host".into()),
        }),
    })
}

/// What can be said of indicators, once each.
pub(super) fn to_pin(ana: &mut Person) {
    let component = ana.incident.components[0].id.clone();
    let with = Details {
        tlp: Some(Tlp::Amber),
        confidence: Some(Confidence::High),
        first: Some(at(3)),
        last: Some(at(9)),
        source: Some("EDR".into()),
        note: Some("C2".into()),
        tags: vec!["c2".into()],
        components: vec![component.clone()],
        entry: None,
    };
    let own = Details { tlp: Some(Tlp::Red), ..Details::default() };
    let indicators = vec![
        Adding { kind: Kind::Ipv4, value: "203.0.113.7".into(), own: None },
        Adding { kind: Kind::Domain, value: "bad.example".into(), own: Some(Box::new(own)) },
    ];
    let add = AddIndicators { indicators, with, part: Some(indicator::Part { from: 1, of: 4 }) };
    ana.give(&Command::Indicator(indicator::Command::Add(add)), at(30)).unwrap();
    let ids: Vec<_> = ana.incident.indicators.iter().map(|item| item.id.clone()).collect();
    for (minute, order) in (31..).zip([
        indicator::Command::Edit(EditIndicator {
            indicator: Some(ids[0].clone()),
            tlp: Some(Tlp::Green),
            confidence: Some(Confidence::Low),
            first: Some(at(2)),
            last: Some(at(10)),
            source: Some("CERT".into()),
            note: Some(String::new()),
            tags_added: vec!["loader".into()],
            ..EditIndicator::default()
        }),
        indicator::Command::Edit(EditIndicator {
            indicator: Some(ids[1].clone()),
            kind: Some(Kind::Other),
            ..EditIndicator::default()
        }),
        indicator::Command::Link(LinkIndicators {
            indicators: vec![ids[1].clone()],
            to: Ties {
                components: Vec::new(),
                entries: vec![ana.lines[0].id],
                incidents: vec!["INC-2026-0003".into()],
            },
        }),
        indicator::Command::Retire(RetireIndicators {
            indicators: ids.clone(),
            to: Use::Retired,
            reason: Some("shared host".into()),
        }),
    ]) {
        ana.give(&Command::Indicator(order), at(minute)).unwrap();
    }
}

#[test]
fn an_indicator_two_people_added_at_once_is_listed_once() {
    let mut ana = opened();
    let mut bo = Person::new("bo");
    bo.read(&ana);
    let add = |value: &str| {
        let indicators = vec![Adding { kind: Kind::Ipv4, value: value.into(), own: None }];
        Command::Indicator(indicator::Command::Add(AddIndicators { indicators, ..AddIndicators::default() }))
    };
    ana.give(&add("203.0.113.7"), at(1)).unwrap();
    bo.give(&add("203.0.113.7"), at(2)).unwrap();
    bo.give(&add("203.0.113.8"), at(3)).unwrap();
    ana.read(&bo);
    assert_eq!((ana.incident.indicators.len(), ana.incident.indicators.iter().count()), (3, 2));
    assert_eq!(ana.give(&add("203.0.113.7"), at(4)), Ok(false));
    // Taking one of the two back leaves the other.
    ana.give(&Command::Undo(Some(ana.lines[1].id)), at(5)).unwrap();
    assert_eq!(ana.incident.indicators.iter().count(), 2);
    assert!(ana.incident.indicators.find("ipv4", "203.0.113.7").is_some());
}

#[test]
fn an_addition_that_was_worked_on_is_not_taken_back_before_that() {
    let mut ana = opened();
    let indicators = vec![Adding { kind: Kind::Ipv4, value: "203.0.113.7".into(), own: None }];
    let add = AddIndicators { indicators, ..AddIndicators::default() };
    ana.give(&Command::Indicator(indicator::Command::Add(add)), at(1)).unwrap();
    let id = ana.incident.indicators.all()[0].id.clone();
    let retire = |to| {
        indicator::Command::Retire(RetireIndicators {
            indicators: vec![id.clone()],
            to,
            reason: Some("x".into()),
        })
    };
    ana.give(&Command::Indicator(retire(Use::Retired)), at(2)).unwrap();
    let refusal = ana.give(&Command::Undo(Some(ana.lines[1].id)), at(3)).unwrap_err();
    assert!(refusal.message.contains("later act"), "{refusal}");
    ana.give(&Command::Undo(None), at(4)).unwrap();
    assert!(ana.incident.indicators.retired(&ana.incident.indicators.all()[0]).is_none());
    ana.give(&Command::Undo(None), at(5)).unwrap();
    assert_eq!(ana.incident.indicators.iter().count(), 0);
}

//! Reports of a fixed incident and of any: what they say, that words stay words, and what a page is built of.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::incident::command::Command;
use crate::incident::release::{Holds, Names, Release};
use crate::incident::tests::{ID, Person, at, everything, go, opened, steps, work};
use crate::model::component::{AddComponent, Facts, Seen, Stage, StageComponent};
use crate::model::entry::{Correct, LogKind, Logged};
use crate::model::lane::Lane;
use crate::model::ledger::approval::{Approval, Approve, Terms};
use crate::model::ledger::decision::{Decide, Decision};
use crate::model::ledger::measure::PutMeasure;
use crate::model::ledger::{self};
use crate::model::lesson;
use crate::model::phase::Phase;
use crate::model::severity::Level;
use crate::model::taxonomy::Tlp;
use crate::model::triage::{Determine, RecordSignal};

fn told(kind: LogKind, text: &str) -> Logged {
    Logged { kind, text: text.into(), ..Logged::default() }
}

/// A small incident with a seam of each sort, told in commands.
fn told_case() -> Person {
    let mut ana = opened();
    let mut minute = 0;
    let mut give = |ana: &mut Person, command: Command| {
        minute += 1;
        ana.give(&command, at(minute)).unwrap();
    };
    give(
        &mut ana,
        Command::RecordSignal(RecordSignal {
            text: "EDR alert 4471".into(),
            source: Some("automated".into()),
        }),
    );
    give(&mut ana, Command::Acknowledge);
    give(
        &mut ana,
        Command::Determine(Determine { to: "confirmed".into(), reason: Some("note found".into()) }),
    );
    give(
        &mut ana,
        Command::SetSeverity(crate::model::head::SetSeverity {
            impact: None,
            level: Some(Level::Sev2),
            reason: Some("two servers".into()),
        }),
    );
    let deed = Logged {
        lane: Some(Lane::Actor),
        techniques: vec!["T1133".into()],
        source: Some("VPN log".into()),
        components: vec!["FS02".into()],
        ..told(LogKind::Observation, "Logon from 203.0.113.7 over http://bad.example/a")
    };
    give(&mut ana, Command::Log(deed));
    give(&mut ana, Command::AddComponent(AddComponent::new("FS02", "server", Stage::Confirmed)));
    give(&mut ana, Command::AddComponent(AddComponent::new("WS-9", "workstation", Stage::Suspected)));
    give(&mut ana, Command::Undo(None));
    give(&mut ana, Command::Log(told(LogKind::Note, "shares gone")));
    let entry = ana.lines.last().unwrap().id;
    give(&mut ana, Command::Correct(Correct { entry, text: "shares of FS02 | gone".into() }));
    give(&mut ana, Command::Log(told(LogKind::Note, "a slip")));
    give(&mut ana, Command::Undo(None));
    let component = ana.incident.components[0].id.clone();
    let seen = Some(Seen { by: "bo".into(), at: at(30) });
    let facts = Facts { how: Some("port off".into()), asked: Some(at(12)), seen, ..Facts::default() };
    give(
        &mut ana,
        Command::StageComponent(StageComponent {
            facts,
            ..StageComponent::to(component.clone(), Stage::Contained)
        }),
    );
    give(&mut ana, Command::Go(go(Phase::Analysis)));
    give(&mut ana, Command::Go(go(Phase::Containment)));
    give(&mut ana, Command::Go(go(Phase::Analysis)));
    let back =
        StageComponent { reason: Some("beacon".into()), ..StageComponent::to(component, Stage::Containing) };
    give(&mut ana, Command::StageComponent(back));
    let decision = Decision {
        alternatives: vec!["off now".into()],
        why: Some("keys in memory".into()),
        approved_by: None,
    };
    give(
        &mut ana,
        Command::Ledger(Box::new(ledger::Command::Decide(Decide {
            text: "Keep DC01 up".into(),
            decision,
            revisit: Some(at(90)),
        }))),
    );
    give(
        &mut ana,
        Command::Ledger(Box::new(ledger::Command::Put(PutMeasure {
            text: "Port off".into(),
            review: Some(at(20)),
            ..PutMeasure::default()
        }))),
    );
    let approval =
        Approval { name: "Mira".into(), role: Some("CISO".into()), how: Some("phone".into()), at: at(18) };
    let terms = Terms {
        words: Some("do it, and tell me".into()),
        condition: Some("not the ERP".into()),
        ..Terms::default()
    };
    give(&mut ana, Command::Approve(Box::new(Approve { approval, terms, ..Approve::default() })));
    let learned = lesson::RecordLesson {
        text: "The old account was still open".into(),
        cause: Some("Nobody closes accounts of contractors".into()),
        ..lesson::RecordLesson::default()
    };
    give(&mut ana, Command::Lesson(lesson::Command::Record(learned)));
    ana
}

fn released(person: &Person) -> Released {
    Release::default().of(ID, &person.lines, Holds::Incident).unwrap()
}

fn papers() -> Papers {
    Papers::with([]).unwrap()
}

/// Both papers of an incident as it stands an hour after it was opened.
fn both(released: &Released) -> [String; 2] {
    let zone = Zone::utc();
    let report = || Report::of(released, at(60), &zone);
    [papers().markdown(report(), &zone).unwrap(), papers().html(report(), &zone).unwrap()]
}

#[test]
fn the_report_as_markdown() {
    insta::assert_snapshot!(both(&released(&told_case()))[0]);
}

#[test]
fn the_report_as_a_document() {
    let released = released(&told_case());
    let zone = Zone::utc();
    let text = serde_json::to_string_pretty(&Report::of(&released, at(60), &zone)).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn what_was_corrected_or_taken_back_shows_its_seam_in_both_papers() {
    let [markdown, html] = both(&released(&told_case()));
    assert!(markdown.contains("shares of FS02 \\| gone ~~shares gone~~ (corrected by ana, "), "{markdown}");
    assert!(markdown.contains("~~a slip~~ (taken back by ana, "));
    assert!(html.contains("<del>shares gone</del>") && html.contains("Corrected by ana, <time"));
    assert!(html.contains("gone\"") && html.contains("Taken back by ana, <time"));
}

#[test]
fn the_page_loads_nothing_runs_nothing_and_links_nowhere() {
    let html = &both(&released(&told_case()))[1];
    for load in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "<object",
        "<embed",
        "<base",
        "<form",
        " src=",
        "url(",
        "@import",
        "http:",
        "https:",
        "javascript:",
        " on",
    ] {
        let found = html.find(load).map(|at| &html[at.saturating_sub(30)..(at + 40).min(html.len())]);
        // Words may well go on and on; an attribute that begins so may not.
        assert!(
            found.is_none()
                || load == " on"
                    && !tags(html).iter().any(|tag| tag.attributes.keys().any(|name| name.starts_with("on"))),
            "{load}: {found:?}"
        );
    }
    assert!(tags(html).iter().filter_map(|tag| tag.attributes.get("href")).all(|to| to.starts_with('#')));
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn the_page_is_built_so_that_a_screen_reader_finds_its_way() {
    let html = &both(&released(&told_case()))[1];
    let tags = tags(html);
    let named = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
    assert_eq!(["main", "nav", "header", "footer", "h1"].map(named), [1, 1, 1, 1, 1]);
    assert_eq!(tags[0].attributes.get("lang").map(String::as_str), Some("en"));
    let mut level = 0;
    for tag in tags.iter().filter(|tag| tag.name.len() == 2 && tag.name.starts_with('h') && tag.name != "hr")
    {
        let here = tag.name[1..].parse::<u32>().unwrap();
        assert!(here <= level + 1, "a heading {here} follows one of level {level}");
        level = here;
    }
    assert_eq!(named("caption"), named("table"));
    assert_eq!((named("title"), named("desc")), (1 + named("svg"), named("svg")));
    assert!(tags.iter().filter(|tag| tag.name == "th").all(|tag| tag.attributes.contains_key("scope")));
    let ids: Vec<&String> = tags.iter().filter_map(|tag| tag.attributes.get("id")).collect();
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an id stands twice");
    for to in tags.iter().filter_map(|tag| tag.attributes.get("href")) {
        assert!(ids.iter().any(|id| to[1..] == ***id), "{to} leads nowhere");
    }
}

#[test]
fn hostile_words_stay_words_wherever_they_stand() {
    let hostile = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='x",
        "</style></title><svg onload=x>",
        "{{ 7*7 }}{% raw %}",
        "a\u{202E}gnp.exe\u{2066}",
        "bell\u{7} esc\u{1b}[2J nul\u{0}",
        "![x](http://bad.example/y) ~~gone~~ | cell\n# heading",
        "&lt;b&gt; &copy;",
        "*/ } body { display: none",
    ];
    let mut released = released(&told_case());
    let all = hostile.join(" ");
    let incident = &mut released.incident;
    incident.number = all.clone();
    incident.opened_by = all.clone();
    for entry in &mut incident.entries {
        entry.text = all.clone();
        entry.by = all.clone();
        entry.components = vec![all.clone()];
        entry.techniques = vec![all.clone()];
        entry.source = Some(all.clone().into());
        entry.corrections.iter_mut().for_each(|correction| correction.text = all.clone());
    }
    incident.components.iter_mut().for_each(|component| component.name = all.clone());
    incident.visits.iter_mut().for_each(|visit| (visit.reason, visit.by) = (Some(all.clone()), all.clone()));
    incident.ledger.iter_mut().for_each(|item| (item.text, item.number) = (all.clone(), all.clone()));
    incident.approvals.iter_mut().for_each(|granted| granted.terms.words = Some(all.clone()));
    incident.lessons.iter_mut().for_each(|lesson| lesson.cause = Some(all.clone()));
    incident
        .signals
        .iter_mut()
        .for_each(|signal| (signal.text, signal.source) = (all.clone().into(), Some(all.clone())));
    let [markdown, html] = both(&released);
    let known = both(&self::released(&told_case()));
    let (was, is) = (tags(&known[1]), tags(&html));
    let shape = |tags: &[Tag]| {
        tags.iter()
            .map(|tag| (tag.name.clone(), tag.attributes.keys().cloned().collect::<Vec<_>>()))
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert!(shape(&is).is_subset(&shape(&was)), "words became marks");
    for form in [&markdown, &html] {
        assert!(!form.chars().any(|c| (c.is_control() && c != '\n')
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')));
        assert!(
            form.contains("U+202E")
                && !form.contains("http://")
                && form.contains("7*7") | form.contains("7\\*7")
        );
    }
    assert!(!markdown.contains("<script") || markdown.contains("\\<script"), "Markdown lets HTML through");
    assert!(
        !markdown.contains("\n# heading")
            && !markdown.replace("\\[", "").contains("[x](")
            && !markdown.contains("~~gone~~")
    );
    // The style sheet ends where it shall, and holds no rule more.
    assert_eq!(html.matches("</style>").count(), 1);
    let rules = |html: &str| html.split("style>").nth(1).unwrap().matches('{').count();
    assert_eq!(rules(&html), rules(&known[1]));
}

#[test]
fn a_drill_says_so_above_and_below_and_in_the_title() {
    let mut released = released(&told_case());
    released.incident.number = "DEMO-2026-0001".into();
    let [markdown, html] = both(&released);
    assert!(markdown.starts_with("**DEMO**\n") && markdown.ends_with("**DEMO**\n"));
    assert_eq!(html.matches("<p class=\"mark\">DEMO</p>").count(), 2);
    assert!(html.contains("<title>DEMO "));
}

#[test]
fn the_cover_says_on_which_terms_it_left() {
    let mut released = released(&told_case());
    (released.terms.names, released.terms.limit, released.held_back) =
        (Names::Replaced, Some(Tlp::AmberStrict), 2);
    let [markdown, html] = both(&released);
    for form in [markdown, html] {
        assert!(form.contains("TLP:AMBER+STRICT") && form.contains("bear other names"));
        assert!(form.contains(&released.root.head_code().to_string()));
    }
}

#[test]
fn a_long_record_is_cut_on_paper_which_says_so_and_whole_in_the_document() {
    let mut ana = told_case();
    let entry = ana.incident.entries[0].clone();
    ana.incident.entries.extend((0..3_000).map(|_| entry.clone()));
    let mut released = released(&ana);
    released.incident = ana.incident;
    let zone = Zone::utc();
    let report = Report::of(&released, at(60), &zone);
    let all = report.timeline.rows.len();
    assert!(all > 3_000 && report.cut.is_empty());
    let [markdown, html] = both(&released);
    let said = format!("2,000 of {} are shown", crate::model::text::thousands(all));
    assert!(markdown.contains(&said) && html.contains(&said));
}

#[test]
fn a_template_of_ones_own_takes_the_place_of_one_that_ships_and_its_faults_are_named() {
    let zone = Zone::utc();
    let released = released(&told_case());
    let report = || Report::of(&released, at(60), &zone);
    let own = |name: &str, text: &str| Papers::with([(name.to_owned(), text.to_owned())]);
    let mine = own("report.md", "{{ cover.number }} is ours").unwrap();
    assert_eq!(mine.markdown(report(), &zone).unwrap(), "INC-2026-0007 is ours\n");
    let slip = own("report.md", "one\n{{ cover.titel }}").unwrap().markdown(report(), &zone).unwrap_err();
    assert_eq!((slip.file.as_str(), slip.line), ("report.md", Some(2)));
    assert!(slip.what.contains("undefined"), "{}", slip.what);
    let slip = own("report.html", "{% for x in %}").unwrap_err();
    assert_eq!((slip.file.as_str(), slip.line), ("report.html", Some(1)));
    // A page that is extended is told by its own name.
    let slip = own("page.html", "<p>\n\n{{ nothing }}").unwrap().html(report(), &zone).unwrap_err();
    assert_eq!((slip.file.as_str(), slip.line), ("page.html", Some(3)));
    // What a person's own template prints is harmless, too.
    let harmless =
        own("report.html", "{{ timeline.rows[5].text }}<i>").unwrap().html(report(), &zone).unwrap();
    assert!(!harmless.contains("http://") && harmless.ends_with("<i>"), "{harmless}");
}

#[test]
fn every_word_can_be_read_against_its_ground_in_light_and_dark() {
    let css = BUILT_IN.iter().find(|(name, _)| *name == "page.css").unwrap().1;
    let palettes: Vec<BTreeMap<&str, [f64; 3]>> = css
        .split(":root {")
        .skip(1)
        .map(|block| {
            let rules = block.split('}').next().unwrap().split(';');
            let colours = rules.filter_map(|rule| rule.trim().strip_prefix("--")?.split_once(": #"));
            colours
                .map(|(name, hex)| {
                    (
                        name,
                        [0, 2, 4].map(|at| u32::from_str_radix(&hex[at..at + 2], 16).unwrap() as f64 / 255.0),
                    )
                })
                .collect()
        })
        .collect();
    assert_eq!(palettes.len(), 2, "light and dark");
    for palette in &palettes {
        for ground in ["bg", "panel"] {
            for word in ["ink", "dim", "accent", "bad", "good", "warn"] {
                let contrast = contrast(palette[word], palette[ground]);
                assert!(contrast >= 4.5, "{word} on {ground}: {contrast:.2}");
            }
        }
        for bar in ["bar", "bar-back"] {
            assert!(contrast(palette["ink"], palette[bar]) >= 4.5);
        }
    }
    // FIRST's colours stand on black.
    for label in ["#ffffff", "#33ff00", "#ffc000", "#ff2b2b"] {
        assert!(css.contains(&format!("color: {label}")));
        let colour = [1, 3, 5].map(|at| u32::from_str_radix(&label[at..at + 2], 16).unwrap() as f64 / 255.0);
        assert!(contrast(colour, [0.0; 3]) >= 4.5);
    }
}

/// The contrast of two colours by WCAG 2.2.
fn contrast(one: [f64; 3], two: [f64; 3]) -> f64 {
    let light = |rgb: [f64; 3]| {
        let [r, g, b] = rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (one, two) = (light(one), light(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_incident_makes_a_report_whose_page_is_well_formed(steps in steps(), late in -100i64..10_000) {
        let lines = everything(&work(&steps));
        let released = Release::default().of(ID, &lines, Holds::Incident).unwrap();
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let report = || Report::of(&released, at(late), &zone);
        prop_assert!(serde_json::to_value(report()).is_ok());
        prop_assert!(papers().markdown(report(), &zone).is_ok());
        // Walking the tags fails on the first that is not closed in order.
        tags(&papers().html(report(), &zone).unwrap());
    }
}

/// A tag that opens, with its attributes.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

/// All opening tags of a page, once every element was seen to be closed in order.
fn tags(html: &str) -> Vec<Tag> {
    const VOID: [&str; 2] = ["meta", "br"];
    let mut rest = html.strip_prefix("<!doctype html>").expect("a page begins with its type");
    let (mut open, mut all): (Vec<String>, Vec<Tag>) = (Vec::new(), Vec::new());
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').expect("a tag has an end");
        let (inside, after) = (&rest[..end], &rest[end + 1..]);
        assert!(!inside.contains('<'), "a tag within a tag: {inside}");
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed out of order");
            continue;
        }
        let alone = inside.ends_with('/');
        let inside = inside.trim_end_matches('/');
        let (name, mut given) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut attributes = BTreeMap::new();
        while let Some((attribute, value)) = given.trim_start().split_once("=\"") {
            let (value, after) = value.split_once('"').expect("a value ends");
            attributes.insert(attribute.to_owned(), value.to_owned());
            given = after;
        }
        assert!(given.trim().is_empty(), "attributes: {inside}");
        if !alone && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
        all.push(Tag { name: name.to_owned(), attributes });
        if name == "style" {
            rest = &rest[rest.find("</style").expect("a style sheet ends")..];
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    all
}

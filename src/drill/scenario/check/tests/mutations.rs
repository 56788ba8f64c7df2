//! Ways to break a scenario, each with the complaint it must bring.

use serde_json::{Value, json};

use super::ticket_desk;

/// What is done to the file at a JSON pointer.
pub(super) enum Do {
    /// Another value.
    Set(Value),
    /// The last key of the pointer goes.
    Drop,
    /// Something is added to the list.
    Push(Value),
}

pub(super) fn broken(pointer: &str, change: Do) -> Value {
    let mut file = ticket_desk();
    match change {
        Do::Push(value) => file.pointer_mut(pointer).unwrap().as_array_mut().unwrap().push(value),
        Do::Set(value) => match file.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                file.pointer_mut(parent).unwrap()[key] = value;
            }
        },
        Do::Drop => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            match file.pointer_mut(parent).unwrap() {
                Value::Object(object) => assert!(object.remove(key).is_some(), "{pointer}"),
                Value::Array(list) => drop(list.remove(key.parse().unwrap())),
                _ => panic!("{pointer}"),
            }
        }
    }
    file
}

/// The file is broken at the pointer; the complaint stands at this place and has these words.
pub(super) fn mutations() -> Vec<(&'static str, Do, &'static str, &'static str)> {
    let long = Value::from("x".repeat(701));
    let mut deep = json!({"minute": 1});
    for _ in 0..30 {
        deep = json!({"not": deep});
    }
    vec![
        // Shape: keys, types, words, lengths.
        ("/title", Do::Drop, "the file", "`title` is missing. Add `title`: Shown in the list."),
        ("/injects/4/from", Do::Drop, "injects[4]", "`from` is missing"),
        (
            "/clock/ratio",
            Do::Drop,
            "clock",
            "`ratio` is missing. Add `ratio`: Exercise minutes per real minute",
        ),
        ("/injects/1/silence", Do::Drop, "injects[1]", "there is `replies`, and no `silence`"),
        ("/titel", Do::Set(json!("x")), "titel", "there is no key `titel` here. Did you mean `title`?"),
        ("/injects/0/whenn", Do::Set(json!({})), "injects[0].whenn", "there is no key `whenn` here"),
        ("/minutes", Do::Set(json!("65")), "minutes", "a text stands here where a whole number is wanted"),
        (
            "/minutes",
            Do::Set(json!(65.5)),
            "minutes",
            "a number with a point stands here where a whole number is wanted",
        ),
        ("/injects", Do::Set(json!({})), "injects", "an object stands here where a list is wanted"),
        (
            "/injects/3/branch",
            Do::Set(json!("yes")),
            "injects[3].branch",
            "a text stands here where true or false is wanted",
        ),
        ("/briefing", Do::Set(json!(null)), "briefing", "null stands here where an object is wanted"),
        (
            "/schema_version",
            Do::Set(json!("2.0")),
            "schema_version",
            "\"2.0\" stands here, and only \"1.0\" can",
        ),
        ("/injects/2/kind", Do::Set(json!("clew")), "injects[2].kind", "Write one of signal, clue, pressure"),
        (
            "/injects/2/channel",
            Do::Set(json!("fax")),
            "injects[2].channel",
            "\"fax\" is none of the words there are",
        ),
        (
            "/injects/2/id",
            Do::Set(json!("X3")),
            "injects[2].id",
            "\"X3\" is no inject id. Write this: Inject id, such as \"I4\".",
        ),
        (
            "/injects/2/text",
            Do::Set(long),
            "injects[2].text",
            "701 characters are too many; 700 is the most. Shorten it by 1.",
        ),
        (
            "/injects/2/text",
            Do::Set(json!("short")),
            "injects[2].text",
            "5 characters are too few; 20 is the least",
        ),
        ("/difficulty", Do::Set(json!(6)), "difficulty", "6 is too large; 5 is the most"),
        ("/injects/0/at_min", Do::Set(json!(-1)), "injects[0].at_min", "-1 is too small; 0 is the least"),
        (
            "/debrief/lessons",
            Do::Set(json!([])),
            "debrief.lessons",
            "0 entries are too few; 3 is the least. Add 3 more",
        ),
        (
            "/roles",
            Do::Push(json!("analyst")),
            "roles[2]",
            "\"analyst\" stands twice in the list. Take one out.",
        ),
        (
            "/actions/0/hints",
            Do::Push(json!("one more hint")),
            "actions[0].hints",
            "3 entries are too many; 2 is the most. Take 1 out.",
        ),
        (
            "/actions/0/level",
            Do::Set(json!("urgent")),
            "actions[0].level",
            "Write one of critical, major, minor.",
        ),
        ("/actions/22/window", Do::Set(json!({})), "actions[22].window", "there is no key `window` here"),
        (
            "/gauges/0/per_min",
            Do::Drop,
            "gauges[0]",
            "exactly one of `double_min`, `per_min` is wanted, and none of them is there",
        ),
        ("/gauges/0/double_min", Do::Set(json!(4)), "gauges[0]", "more than one is there"),
        (
            "/questions/0/options/0/correct",
            Do::Drop,
            "questions[0].options[0]",
            "exactly one of `correct`, `rank` is wanted",
        ),
        (
            "/measures/0/from",
            Do::Set(json!("then")),
            "measures[0].from",
            "\"then\" is nothing that can stand here. Write this: Inject id",
        ),
        (
            "/clock/start",
            Do::Set(json!("yesterday")),
            "clock.start",
            "\"yesterday\" is no RFC 3339 time with offset",
        ),
        ("/clock/start", Do::Set(json!("2026-13-14T08:20:00+02:00")), "clock.start", "input is out of range"),
        // Conditions: the atom that was meant is the one complained about.
        (
            "/end",
            Do::Set(json!({})),
            "end",
            "this is no condition: it is empty. Write one of all, any, not, task",
        ),
        (
            "/end",
            Do::Set(json!({"taks": "generic.detection.01"})),
            "end",
            "this is no condition: there is no `taks`",
        ),
        ("/end", Do::Set(json!([])), "end", "a list stands here where a condition is wanted"),
        ("/end", Do::Set(json!({"component": "web01"})), "end", "`stage` is missing"),
        ("/end", Do::Set(json!({"any": [{"minute": 3}]})), "end.any", "1 entry is too few; 2 is the least"),
        ("/end", Do::Set(json!({"minute": 3, "since": "I1"})), "end.since", "there is no key `since` here"),
        ("/end", Do::Set(deep), "end.not.not.not.not.not.not.not.not.not", "more than 8 deep in each other"),
        // Ids and names.
        (
            "/injects/3/id",
            Do::Set(json!("I3")),
            "injects[3].id",
            "the id I3 stands twice; injects[2] has it already",
        ),
        ("/actions/3/id", Do::Set(json!("A1")), "actions[3].id", "the id A1 stands twice"),
        (
            "/id",
            Do::Set(json!("other-desk")),
            "id",
            "the id is other-desk, and the file is called ticket-desk.json",
        ),
        (
            "/minutes",
            Do::Set(json!(60)),
            "minutes",
            "60 minutes at ratio 3 are not end_min 195. Write 65 minutes",
        ),
        ("/case_types/0", Do::Set(json!("web-compromised")), "case_types[0]", "Did you mean web-compromise?"),
        (
            "/case/types/0",
            Do::Set(json!("ransomware")),
            "case.types[0]",
            "\"ransomware\" is no type among case_types. Write one of web-compromise, data-breach.",
        ),
        ("/case/components/0", Do::Set(json!("web03")), "case.components[0]", "Did you mean web01?"),
        ("/contacts/0/role", Do::Set(json!("janitor")), "contacts[0].role", "\"janitor\" is no role"),
        (
            "/components/0/type",
            Do::Set(json!("srver")),
            "components[0].type",
            "\"srver\" is no asset type. Did you mean server?",
        ),
        (
            "/components/1/names",
            Do::Set(json!(["web01"])),
            "components[1].names",
            "\"web01\" names this and components[0]",
        ),
        ("/actions/0/objective", Do::Set(json!("O9")), "actions[0].objective", "\"O9\" is no objective"),
        (
            "/actions/0/window/from/0",
            Do::Set(json!("I77")),
            "actions[0].window.from[0]",
            "\"I77\" is no inject. Did you mean I17?",
        ),
        ("/questions/1/after", Do::Set(json!("I99")), "questions[1].after", "\"I99\" is no inject"),
        (
            "/injects/8/reveals/0",
            Do::Set(json!("web99")),
            "injects[8].reveals[0]",
            "\"web99\" is no component",
        ),
        ("/measures/0/to", Do::Set(json!("A99")), "measures[0].to", "\"A99\" is no action"),
        (
            "/truth/0/techniques/0",
            Do::Set(json!("T9999")),
            "truth[0].techniques[0]",
            "T9999 is no technique of ATT&CK",
        ),
        ("/truth/0/clue/0", Do::Set(json!("I98")), "truth[0].clue[0]", "\"I98\" is no inject"),
        (
            "/actions/0/match",
            Do::Set(json!({"task": "generic.detection.77"})),
            "actions[0].match.task",
            "\"generic.detection.77\" is no task. Did you mean generic.detection.0",
        ),
        (
            "/actions/0/match",
            Do::Set(json!({"task": "ransomware.detection.01"})),
            "actions[0].match.task",
            "on the list of ransomware, which is not among case_types",
        ),
        (
            "/actions/19/match/move/0",
            Do::Set(json!("recovery->preparation")),
            "actions[19].match.move[0]",
            "recovery->preparation is not a move that is allowed. Write one of recovery->",
        ),
        (
            "/actions/8/match/evidence/0",
            Do::Set(json!("memmory")),
            "actions[8].match.evidence[0]",
            "\"memmory\" is no type of evidence. Did you mean memory?",
        ),
        (
            "/actions/11/match/clock",
            Do::Set(json!("eu-gdpr.authorty")),
            "actions[11].match.clock",
            "\"authorty\" is no clock of eu-gdpr. Did you mean authority?",
        ),
        (
            "/actions/11/match/clock",
            Do::Set(json!("eu-gdrp.authority")),
            "actions[11].match.clock",
            "\"eu-gdrp\" is no regime. Did you mean eu-gdpr?",
        ),
        ("/actions/11/match/since", Do::Set(json!("I55")), "actions[11].match.since", "\"I55\" is no inject"),
        (
            "/actions/5/match/all/1/to/0",
            Do::Set(json!("sev0")),
            "actions[5].match.all[1].to[0]",
            "\"sev0\" is no severity",
        ),
        (
            "/actions/5/match/all/2/to/0",
            Do::Set(json!("pink")),
            "actions[5].match.all[2].to[0]",
            "\"pink\" is no tlp. Write one of clear, green",
        ),
        (
            "/actions/6/match/all/0/approval/0",
            Do::Set(json!("king")),
            "actions[6].match.all[0].approval[0]",
            "\"king\" is no role",
        ),
        (
            "/actions/22/match/any/0/option",
            Do::Set(json!("f")),
            "actions[22].match.any[0].option",
            "\"f\" is no reply to I2. Write one of a, b, c, d.",
        ),
        (
            "/injects/5/when/any/1/note",
            Do::Set(json!("archive|(30")),
            "injects[5].when.any[1].note",
            "the pattern cannot be used: unclosed group",
        ),
        (
            "/injects/5/when/any/1/note",
            Do::Set(json!("(?=archive)x")),
            "injects[5].when.any[1].note",
            "look-around",
        ),
        // Reach and time.
        (
            "/injects/5/when/any/2",
            Do::Drop,
            "injects[5].when",
            "there is no minute at which it comes to everybody. Add an alternative",
        ),
        (
            "/injects/5/when/any/2/minute",
            Do::Set(json!(195)),
            "injects[5].when",
            "there is no minute at which it comes to everybody",
        ),
        (
            "/injects/4/at_min",
            Do::Set(json!(400)),
            "injects[4]",
            "it cannot come before the end: minute 400 of 195 at the earliest",
        ),
        (
            "/injects/2/when",
            Do::Set(json!({"all": [{"inject": "I3"}, {"minute": 3}]})),
            "injects[2]",
            "it waits for something that never comes. It waits until I3 has come and it is minute 3",
        ),
        (
            "/injects/8/reveals",
            Do::Drop,
            "actions[7].match",
            "it waits for something that never comes. It waits until web01 is contained or further and web02",
        ),
        (
            "/injects/15/jump_to",
            Do::Set(json!("2026-09-14T08:30:00+02:00")),
            "injects[15].jump_to",
            "the jump does not lie ahead of its own time",
        ),
        (
            "/actions/20/window",
            Do::Set(json!({"from": ["I17"], "target_min": 80, "limit_min": 90})),
            "actions[20].window",
            "its target 80 lies after the end",
        ),
        (
            "/end/all/1/min",
            Do::Set(json!(180)),
            "end",
            "the end cannot hold before end_min: minute 308 of 195",
        ),
        // Fairness.
        (
            "/actions/0/window",
            Do::Set(json!({"from": ["I1"], "target_min": 15, "limit_min": 15})),
            "actions[0].window",
            "the target 15 is not before the limit 15",
        ),
        (
            "/actions/2/match",
            Do::Set(json!({"task": "generic.detection.01"})),
            "actions[2].match",
            "a ticked task or a reply alone satisfies it",
        ),
        (
            "/actions/2/match",
            Do::Set(json!({"all": [{"reply": "I2", "option": "b"}, {"evidence": ["memory"]}]})),
            "actions[2].match",
            "it is critical, and cannot be done without one reply",
        ),
        (
            "/actions/22/match",
            Do::Set(json!({"reply": "I2", "option": "a"})),
            "injects[1].replies[2].verdict",
            "reply c is harmful, and no harmful action matches it. Add a harmful action with {\"reply\": \"I2\", \"option\": \"c\"}",
        ),
        ("/injects/1/replies/1/verdict", Do::Set(json!("fair")), "injects[1].replies", "no reply is good"),
        (
            "/injects/1/replies/1/id",
            Do::Set(json!("a")),
            "injects[1].replies[1].id",
            "the reply id a stands twice",
        ),
        (
            "/injects/1/from",
            Do::Set(json!("Zoe")),
            "injects[1].from",
            "Zoe speaks by phone and is not among the contacts",
        ),
        (
            "/objectives",
            Do::Push(
                json!({"id": "O9", "phase": "recovery", "text": "An objective for nobody", "critical": false}),
            ),
            "objectives[6]",
            "no action trains it",
        ),
        (
            "/objectives/5/critical",
            Do::Set(json!(true)),
            "objectives[5].critical",
            "it is critical, and none of its actions is",
        ),
        (
            "/questions/0/options/0/correct",
            Do::Set(json!(true)),
            "questions[0].options",
            "2 of 4 options are correct, which does not fit the kind",
        ),
        ("/questions/1/kind", Do::Set(json!("order")), "questions[1].options", "the ranks are not 1 to 5"),
        (
            "/questions/0/options/1/id",
            Do::Set(json!("a")),
            "questions[0].options[1].id",
            "the option id a stands twice",
        ),
        // The story.
        (
            "/truth/0/time",
            Do::Set(json!("2026-09-03T00:00:00+02:00")),
            "truth[1].time",
            "it lies before the step above it",
        ),
        (
            "/truth/7/time",
            Do::Set(json!("2027-01-01T00:00:00+02:00")),
            "truth[7].time",
            "it lies after the end of the drill",
        ),
        (
            "/injects/0/text",
            Do::Set(json!("At {{now}} a script answered from the folder.")),
            "injects[0].text",
            "there is no mark {{now}}",
        ),
        (
            "/injects/0/text",
            Do::Set(json!("A script answered \u{1b}[2J from the folder.")),
            "injects[0].text",
            "could steer a terminal",
        ),
    ]
}

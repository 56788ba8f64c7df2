//! Several people at one incident: who comes back is told what the others did, and two who set the same are told.

use casebook::store::Store;
use casebook::tui::world::Arrival;

use super::session::{Place, session};

/// Ana has an incident open and leaves; an hour later Bo works in it and opens another one.
fn away() -> Place {
    let (place, ana) = session();
    let ana = ana.press("aRansomware on the file servers<enter>").press("nphone tree started<enter>");
    ana.later(60).leave();
    let bo = place.sit("bo").press(":severity 2 --reason \"two sites down\"<enter>");
    let bo = bo.press("nFS02 unplugged<enter>").press(":component add FS02 --type server<enter>");
    bo.press(":new A second one<enter>").later(60).leave();
    place
}

#[test]
fn who_comes_back_is_told_how_much_others_wrote_and_reads_it_with_one_key() {
    let place = away();
    let ana = place.sit("ana").press(":use 1<enter>");
    assert!(
        ana.said().contains("3 entries by others since you were here, 15:06. B tells them."),
        "{}",
        ana.said()
    );
    assert!(ana.screen().contains("3 new since you looked"), "{}", ana.screen());
    let ana = ana.press("B");
    insta::assert_snapshot!(ana.screen());
    let ana = ana.press("q").later(1);
    ana.leave();
    let ana = place.sit("ana").press(":use 1<enter>");
    assert!(!ana.said().contains("entries by others"), "{}", ana.said());
    let ana = ana.press("B");
    assert!(ana.said().contains("Nobody else wrote anything since you were here"), "{}", ana.said());
}

#[test]
fn the_list_marks_what_others_wrote_until_it_is_opened_and_nothing_at_the_first_time() {
    let place = away();
    let marked = |story: &super::session::Story| -> Vec<String> {
        let screen = story.screen();
        let rows = screen
            .lines()
            .filter(|line| line.contains("│") && line.contains("000") && line.contains(" new│"));
        rows.map(str::to_owned).collect()
    };
    let cy = place.sit_at("cy", (140, 30));
    assert!(marked(&cy).is_empty(), "all is new to who was never here: {}", cy.screen());
    cy.leave();
    let ana = place.sit_at("ana", (140, 30));
    // The screens open the newest incident, which is seen with that; the other one stays marked.
    let all = marked(&ana);
    assert_eq!(all.len(), 1, "{}", ana.screen());
    assert!(all[0].contains("0001"), "{all:?}");
    ana.leave();
    let ana = place.sit_at("ana", (140, 30));
    assert_eq!(marked(&ana).len(), 1, "what was not opened stays marked");
    let ana = ana.press(":use 1<enter>");
    assert!(marked(&ana).is_empty(), "{}", ana.screen());
    ana.leave();
    assert!(marked(&place.sit_at("ana", (140, 30))).is_empty());
}

#[test]
fn the_list_shows_what_somebody_of_another_account_wrote_before_the_screens_opened() {
    let (place, ana) = session();
    ana.press("aRansomware on the file servers<enter>").press(":new A second one<enter>").later(1).leave();
    let mut elsewhere = place.store_setup();
    elsewhere.state = Some(place.path().join("state of bo"));
    let bo = place.open("bo", (100, 30), |setup| setup.store = Store::open(elsewhere));
    bo.press(":use 1<enter>").press(":edit --title \"FS01 and FS02 encrypted\"<enter>").later(1).leave();
    let ana = place.sit_at("ana", (140, 30));
    assert!(ana.screen().contains("FS01 and FS02 encrypted"), "{}", ana.screen());
    assert!(ana.screen().contains(" new│"), "{}", ana.screen());
}

#[test]
fn a_list_that_is_read_again_is_drawn_only_where_it_is_another() {
    let (place, ana) = session();
    ana.press("aRansomware on the file servers<enter>").press(":new A second one<enter>").later(1).leave();
    let ana = place.sit_at("ana", (140, 30));
    let (hundred, pictures) = (place.store().root().join("incidents/2026/00"), ana.session.console.pictures);
    let ana = ana.meets(Arrival::Woke(hundred.clone()));
    assert_eq!(ana.session.console.pictures, pictures, "nothing changed");
    let bo = place.sit("bo").press(":use 1<enter>").press(":edit --title \"FS01 encrypted\"<enter>");
    bo.leave();
    let ana = ana.meets(Arrival::Woke(hundred.clone()));
    assert!(ana.session.console.pictures > pictures);
    assert!(ana.screen().contains("FS01 encrypted"), "{}", ana.screen());
}

#[test]
fn nobody_has_read_what_came_after_the_last_key_before_the_terminal_went_away() {
    let (place, ana) = session();
    let ana = ana.press("aRansomware on the file servers<enter>").press("nphone tree started<enter>");
    let bo = place.sit("bo").press(":use 1<enter>").later(10).press("nFS02 unplugged<enter>");
    bo.leave();
    ana.until("FS02 unplugged").later(5).hang_up();
    let ana = place.sit("ana");
    assert!(ana.said().contains("1 entry by others since you were here"), "{}", ana.said());
    // A key was pressed with it in sight: then it was seen, however the screens ended.
    ana.press("j").hang_up();
    let ana = place.sit("ana");
    assert!(!ana.said().contains("by others"), "{}", ana.said());
}

#[test]
fn a_list_under_which_the_terminal_went_away_was_read_until_the_last_key() {
    let place = Place::new();
    let left = || place.store().seen("ana").left;
    place.sit("ana").later(5).hang_up();
    assert_eq!(left(), None, "nobody did anything");
    let ana = place.sit("ana").press("?").press("<esc>");
    let last = ana.session.app.wall;
    ana.later(20).hang_up();
    assert_eq!(left(), Some(last));
    place.sit("ana").later(20).hang_up();
    assert_eq!(left(), Some(last), "nobody did anything since");
    let ana = place.sit("ana").later(20);
    ana.leave();
    assert!(left() > Some(last), "who leaves was there until then");
}

#[test]
fn a_list_on_the_line_shows_what_was_asked_for_or_says_that_it_cannot() {
    let (_place, ana) = super::session::incident();
    let ana = ana.press(":component add FS01 FS02 --type server<enter>");
    let ana = ana.press(":component stage FS02 contained --how \"port off\"<enter>");
    let ana = ana.press(":component list --stage contained<enter>");
    let screen = ana.screen();
    assert!(screen.contains("Components  1, only \"contained\""), "{screen}");
    let ana = ana.press("1").press(":component list --uncontained<enter>");
    assert!(ana.screen().contains("The screen cannot show --uncontained alone."), "{}", ana.screen());
    let ana = ana.press("<esc>").press(":component list<enter>");
    assert!(ana.screen().contains("Components  2, "), "{}", ana.screen());
}

#[test]
fn the_list_has_a_sign_on_an_incident_whose_record_has_a_fault() {
    let (place, ana) = session();
    let ana = ana.press("aRansomware on the file servers<enter>").press("nphone tree started<enter>");
    ana.press(":new A second one<enter>").leave();
    let store = place.store();
    let mut all = store.addresses().unwrap();
    all.retain(|address| address.number.ends_with("0001"));
    let address = all.remove(0);
    let journal = std::fs::read_dir(address.folder.join("journal")).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replace("phone tree", "phone trde")).unwrap();
    assert_eq!(store.faults(&address).len(), 1);
    for size in [(140, 30), (100, 30)] {
        let ana = place.sit_at("ana", size);
        let screen = ana.screen();
        let row = screen.lines().find(|line| line.contains("0001") && line.contains("FAULT"));
        assert!(row.is_some(), "{screen}");
        ana.leave();
    }
}

#[test]
fn what_a_check_finds_is_on_the_screen_as_soon_as_it_is_found() {
    let (place, ana) = session();
    ana.press("aRansomware on the file servers<enter>").press(":new A second one<enter>").leave();
    let first = place.store().locate("1", 2026).unwrap().id;
    let ana = place.sit_at("ana", (140, 30));
    assert!(!ana.screen().contains("FAULT"), "{}", ana.screen());
    let found = || Arrival::Checked(first, vec!["Its bytes are not those it names".to_owned()]);
    let ana = ana.meets(found());
    assert!(ana.screen().contains("FAULT"), "{}", ana.screen());
    let pictures = ana.session.console.pictures;
    assert_eq!(ana.meets(found()).session.console.pictures, pictures, "that was known");
}

#[test]
fn what_a_check_found_stays_known_when_somebody_else_writes() {
    let (place, ana) = session();
    ana.press("aRansomware on the file servers<enter>").leave();
    let address = place.store().locate("1", 2026).unwrap();
    let ana = place.sit_at("ana", (140, 30));
    let found = Arrival::Checked(address.id, vec!["Its bytes are not those it names".to_owned()]);
    let says = " DAMAGED: Its bytes are not those it names. casebook doctor explains it.";
    let ana = ana.meets(found);
    assert!(ana.screen().contains(says), "{}", ana.screen());
    place.sit("bo").press(":use 1<enter>").press("nThe backup is offline<enter>").leave();
    let ana = ana.meets(Arrival::Woke(address.folder.join("journal")));
    assert!(ana.screen().contains("The backup is offline"), "{}", ana.screen());
    assert!(ana.screen().contains(says), "{}", ana.screen());
}

#[test]
fn my_own_words_from_elsewhere_are_no_news_to_me() {
    let (place, ana) = session();
    ana.press("aRansomware on the file servers<enter>").later(1).leave();
    let shell = place.sit("ana").press("nFS02 unplugged<enter>").later(1);
    let ana = place.sit_at("ana", (140, 30));
    assert!(!ana.said().contains("by others"), "{}", ana.said());
    assert!(!ana.screen().contains(" new"), "{}", ana.screen());
    shell.leave();
}

#[test]
fn one_task_taken_by_two_people_at_once_is_told_to_both_and_ruled_with_one_key() {
    let (place, ana) = session();
    let ana = ana.press("aRansomware on the file servers<enter>");
    let bo = place.sit("bo");
    // Bo presses the key before Ana's line has reached this screen.
    let ana = ana.press("t");
    let bo = bo.press("t").until("0 shows it and rules").later(1);
    let field = "owner of Record first signal with exact time";
    assert!(
        bo.said().contains(&format!("{field}: ana says ana, you said bo. 0 shows it and rules.")),
        "{}",
        bo.said()
    );
    let ana = ana.until("0 shows it and rules");
    assert!(ana.said().contains(&format!("{field}: bo says bo, you said ana.")), "{}", ana.said());
    let ana = ana.press("0");
    assert!(ana.screen().contains("Contested: owner of"), "{}", ana.screen());
    let ana = ana.press("1");
    assert!(ana.log().last().unwrap().contains("ruled: owner of"), "{:?}", ana.log());
    let owner = |story: &super::session::Story| {
        let incident = story.session.app.incident().unwrap();
        (incident.tasks[0].assignee().map(str::to_owned), incident.contested().len())
    };
    assert_eq!(owner(&ana).1, 0);
    let bo = bo.until("ruled: owner of");
    assert_eq!(owner(&bo), owner(&ana));
}

#[test]
fn a_stage_that_a_ruling_took_away_says_who_ruled_and_whose_word_holds() {
    let (place, ana) = session();
    let ana = ana.press("aRansomware on the file servers<enter>");
    let ana = ana.press(":component add FS02 --type server --stage suspected<enter>");
    let bo = place.sit("bo").later(1);
    // Bo presses the key before Ana's line has reached this screen.
    let bo = bo.press(":component stage FS02 confirmed --reason \"seen in the EDR\"");
    let ana = ana.press(":component stage FS02 contained --reason \"port shut\"<enter>");
    let bo = bo.press("<enter>");
    let ana = ana.until("0 shows it and rules").press("3");
    let told = "(was): contained said ana; contested: bo says confirmed; 0 rules";
    assert!(words(&ana.screen()).contains(told), "{}", ana.screen());
    let bo = bo.until("0 shows it and rules").press("0");
    assert!(bo.screen().contains("1  contained"), "{}", bo.screen());
    let bo = bo.press("2");
    let ana = ana.until("ruled: stage of FS02");
    let told = "(was): contained said ana; bo ruled: confirmed";
    assert!(words(&ana.screen()).contains(told), "{}", ana.screen());
    bo.leave();
}

#[test]
fn a_flipped_byte_of_the_open_incident_is_told_in_a_row_of_its_own() {
    let (place, ana) = session();
    ana.press("aRansomware on the file servers<enter>").press("nphone tree started<enter>").leave();
    let mut folders = vec![place.path().join("store")];
    let mut flipped = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let mut bytes = match path.is_dir() {
                true => {
                    folders.push(path);
                    continue;
                }
                false => std::fs::read(&path).unwrap(),
            };
            if path.extension().is_some_and(|end| end == "jsonl")
                && let Some(at) = bytes.windows(10).position(|some| some == b"phone tree")
            {
                bytes[at] ^= 1;
                std::fs::write(&path, bytes).unwrap();
                flipped += 1;
            }
        }
    }
    assert_eq!(flipped, 1);
    let ana = place.sit_at("ana", (80, 24)).press(":use 1<enter>");
    let screen = ana.screen();
    let row = screen.lines().find(|row| row.starts_with(" DAMAGED: "));
    assert!(row.is_some_and(|row| row.contains("bytes are not those")), "{screen}");
}

/// The words of a screen, wherever a row was broken.
fn words(screen: &str) -> String {
    screen.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

//! Pastes as they come: mail, logs, chat, tables, and text that is none of them.

use chrono::TimeZone;

use super::*;

fn understood(text: &str) -> Understood {
    understood_with(text, &["hospital.example".to_owned()])
}

fn understood_with(text: &str, own: &[String]) -> Understood {
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 14, 0, 0).unwrap();
    Understood::of(text, Around { now, zone: &Zone::utc(), own }, |_| true)
}

fn values(text: &str) -> Vec<String> {
    understood(text).rows.iter().map(|row| format!("{} {}", row.kind.id(), row.value)).collect()
}

#[test]
fn prose_is_passed_over() {
    for text in [
        "Isolated FS02 at 14:02:30, e.g. by hand, i.e. at the switch. Done.Next we wait and/or call.",
        "ana.smith told bo.jones (see above) that it's fine; std::io, node::x, a::b and :: too",
        "Version 1.2.3 of casebook is 3.5 times faster -- really... 50% of it at 10:30.",
        "GET /index.php/login HTTP/1.1 and </div> and T1000 and 10:INFO:main",
        "@ana: look ... here; n/a, w/o, 24/7, TLP:AMBER, INC-2026-0007, SEV1!",
        "System.Object in Foo.Bar.Baz was null",
    ] {
        let understood = understood(text);
        assert_eq!((values(text), understood.refused), (vec![], vec![]), "{text}");
    }
}

#[test]
fn a_mail_a_log_and_a_chat_give_what_is_in_them() {
    let mail = "From: \"CEO\" <ceo@bad.example>\r\nTo: ana@hospital.example\r\n\
                Message-ID: <abc.123@mail.bad.example>\r\n\
                Received: from mx7.bad.example (mx7.bad.example [203.0.113.25]) by mail\r\n\r\n\
                Please open <a href=\"hxxps://bad[.]example/login?x=1\">this</a>, or C:\\Program Files (x86)\\App Data\\x.exe now.\r\n";
    assert_eq!(
        values(mail),
        [
            "email ceo@bad.example",
            "message-id <abc.123@mail.bad.example>",
            "domain mx7.bad.example",
            "ipv4 203.0.113.25",
            "url https://bad.example/login?x=1",
            "path-windows C:\\Program Files (x86)\\App Data\\x.exe",
        ]
    );
    let log = "Nov 21 14:02:30 fw01 kernel: DROP src=203.0.113.7 dst=10.0.0.5:445 host=\"c2.bad.example\" imphash=f34d5f2d4577ed6d9ceec516c1f5a744\n\
               {\"ip\":\"2001:db8::1\",\"sha256:\":\"0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b\"}";
    assert_eq!(
        values(log),
        [
            "ipv4 203.0.113.7",
            "domain c2.bad.example",
            "imphash f34d5f2d4577ed6d9ceec516c1f5a744",
            "ipv6 2001:db8::1",
            "sha256 0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b",
        ]
    );
    let chat = "14:05 bo: C2 answers on 203[.]0[.]113[.]7:443, seen bad(.)nosuchend, (bad.example), [bad.example]; \
                a.example,b.example|c.example and HKLM\\Software\\Microsoft\\Windows NT\\Run. IBAN DE89 3704 0044 0532 0130 00 ok";
    assert_eq!(
        values(chat),
        [
            "ipv4-port 203.0.113.7:443",
            "domain bad.nosuchend",
            "domain bad.example",
            "domain a.example",
            "domain b.example",
            "domain c.example",
            "registry-key HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows NT\\Run",
            "iban DE89370400440532013000",
        ]
    );
}

#[test]
fn a_list_is_taken_line_by_line_and_counted() {
    let understood = understood("203.0.113.7\nbad.nosuchend\n\n203[.]0[.]113[.]7\n  BAD.nosuchend  \n");
    let rows: Vec<_> = understood.rows.iter().map(|row| (row.value.as_str(), row.times, row.line)).collect();
    assert_eq!(rows, [("203.0.113.7", 2, 1), ("bad.nosuchend", 2, 2)]);
    assert_eq!(understood.lines, 4);
}

#[test]
fn what_was_left_out_says_why_and_may_be_taken_where_it_is_sound() {
    let understood = understood(
        "10.0.0.5 printer.local fs01.hospital.example version 10.0.19.1 version 10.0.300.1\n\
         203.0.113.999 203.0.113.7:99999 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb 10.0.0.5",
    );
    let refused: Vec<_> = understood
        .refused
        .iter()
        .map(|refused| {
            (
                refused.words.as_str(),
                refused.why.words(),
                refused.times,
                refused.line,
                refused.found.is_some(),
            )
        })
        .collect();
    assert_eq!(understood.rows, []);
    assert_eq!(
        refused,
        [
            ("10.0.0.5", "private address".to_owned(), 2, 1, true),
            ("printer.local", "reserved name".to_owned(), 1, 1, true),
            ("fs01.hospital.example", "own domain".to_owned(), 1, 1, true),
            ("10.0.19.1", "version number".to_owned(), 1, 1, true),
            ("10.0.300.1", "version number".to_owned(), 1, 1, false),
            ("203.0.113.999", "a part of the address is over 255".to_owned(), 1, 2, false),
            ("203.0.113.7:99999", "the port is not 1 to 65535".to_owned(), 1, 2, false),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "its checksum is wrong".to_owned(), 1, 2, false),
        ]
    );
    for refused in &understood.refused {
        assert_eq!(refused.found.is_some() || refused.why == Why::Version, refused.why.may_be_taken());
    }
}

#[test]
fn a_table_with_one_broken_row_in_ten_thousand_gives_the_others_and_a_report_of_the_one() {
    let mut text = "type,value,tlp,confidence,first_seen,tags,comment\n".to_owned();
    for n in 0..10_000u32 {
        let address = format!("203.{}.{}.7", n / 200, n % 200);
        match n {
            4_998 => text.push_str("ipv4,\"203.0.113.9,amber,high,,,\n"),
            _ => text.push_str(&format!(
                "ip-dst,{address},TLP:AMBER,80,2026-11-20 10:00,c2;loader,\"seen, twice\"\n"
            )),
        }
    }
    let understood = understood(&text);
    assert!(understood.table);
    assert_eq!((understood.rows.len(), understood.refused.len()), (9_999, 1));
    let broken = &understood.refused[0];
    assert_eq!((broken.line, broken.why.words().as_str()), (5_000, "a quote that is not closed"));
    let own = understood.rows[0].own.as_deref().unwrap();
    assert_eq!(
        (own.tlp, own.confidence),
        (Some(crate::model::taxonomy::Tlp::Amber), Some(super::super::Confidence::High))
    );
    assert_eq!((own.note.as_deref(), own.tags.len()), (Some("seen, twice"), 2));
    for (row, why) in [
        ("x,1,2,3,4,5,6,7", "8 columns where the heading has 7"),
        ("ipv4,,red", "no value in this row"),
        ("ipv4,203.0.113.7,purple", "\"purple\" is no TLP"),
        ("ipv4,203.0.113.7,,,whenever", "\"whenever\" is no time"),
        ("mutex,", "no value in this row"),
        (",prose", "nothing in it looks like an indicator"),
    ] {
        let one = understood_with(&format!("type,value,tlp,confidence,first_seen,tags,comment\n{row}"), &[]);
        assert_eq!(
            (one.rows.len(), one.refused[0].why.words().as_str(), one.refused[0].line),
            (0, why, 2),
            "{row}"
        );
    }
    let one = understood_with("value;type\nGlobal\\abc;mutex\nbad.example;stix-thing", &[]);
    assert_eq!(one.rows.iter().map(|row| row.kind).collect::<Vec<_>>(), [Kind::Mutex, Kind::Domain]);
}

#[test]
fn a_large_paste_is_several_lines_of_one_action_each_below_the_limit() {
    let text: String = (0..65_000).map(|n| format!("host-{n}.bad-domain-{n}.example\n")).collect();
    let understood = understood(&text);
    let lines = Understood::adding(&understood.rows, &Details::default());
    assert!(lines.len() > 1);
    let mut from = 1;
    for line in &lines {
        assert_eq!(line.part, Some(Part { from, of: 65_000 }));
        from += u32::try_from(line.indicators.len()).unwrap();
    }
    assert_eq!(from, 65_001);
    let one = Understood::adding(&understood.rows[..10], &Details::default());
    assert_eq!((one.len(), one[0].part), (1, None));
}

proptest::proptest! {
    #[test]
    fn no_text_at_all_makes_it_panic_and_every_value_reads_back(text in "([a-zA-Z0-9.:/@\\\\\\[\\](){}<>\"'=,;|%_ -]|\n|é|://|\\[\\.\\]|hxxp){0,120}") {
        let once = understood(&text);
        for row in &once.rows {
            let again = super::super::of_kind(row.kind, &row.value).unwrap();
            proptest::prop_assert_eq!(&again.value, &row.value);
        }
    }
}

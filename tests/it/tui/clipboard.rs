//! What was copied does not stay on the clipboard, and what somebody else copied is left there.

use casebook::store::outgoing::cleared;
use crossterm::event::Event;

use super::session::{Story, incident};

fn clears(story: &Story) -> usize {
    let wanted = cleared();
    story.session.console.sent.windows(wanted.len()).filter(|bytes| **bytes == wanted[..]).count()
}

#[test]
fn a_copy_is_taken_off_the_clipboard_after_a_minute_once() {
    let (_place, story) = incident();
    let story = story.press("y");
    assert_eq!(clears(&story), 0);
    let story = story.later(1).settled();
    assert_eq!(clears(&story), 1);
    assert_eq!(clears(&story.later(5).settled()), 1);
}

#[test]
fn a_clipboard_that_may_hold_something_else_is_left_alone() {
    for taken in [Event::FocusLost, Event::Paste("something else".to_owned())] {
        let (_place, story) = incident();
        let story = story.press("y").read(vec![taken]).later(10).settled();
        assert_eq!(clears(&story), 0);
    }
}

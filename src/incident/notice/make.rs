//! What lines make of notices.

use chrono::{DateTime, Utc};

use crate::incident::Incident;
use crate::incident::event::Event;
use crate::incident::line::Line;
use crate::incident::setting::Setting;
use crate::model::id::NounId;
use crate::model::notice::{Notice, NoticeAdded, NoticeSent, NoticeStarted, NoticeState, Standing, Started};

impl Incident {
    /// A clock of a regime runs.
    pub(in crate::incident) fn begin_notice(&mut self, line: &Line, it: &NoticeStarted) {
        let notice = Notice {
            recipient: it.recipient.clone(),
            terms: Some(it.terms.clone()),
            every: it.every,
            after: it.after.clone(),
            ..named(line, &it.id, &it.number, &it.name)
        };
        self.new_notice(line, notice, &it.started);
    }

    /// A notice of one's own stands on the list.
    pub(in crate::incident) fn list_notice(&mut self, line: &Line, it: &NoticeAdded) {
        let recipient = it.recipient.clone();
        let notice = Notice { recipient, every: it.every, ..named(line, &it.id, &it.number, &it.name) };
        self.new_notice(line, notice, &it.started);
    }

    /// A notice was sent; where it is one of a series the next one runs.
    pub(in crate::incident) fn follow_notice(&mut self, line: &Line, it: &NoticeSent) {
        let Some(notice) = self.notice_mut(&it.notice) else { return };
        notice.sends.push(line.id);
        let Some(next) = &it.next else { return };
        let following = Notice {
            recipient: notice.recipient.clone(),
            terms: notice.terms.clone(),
            every: notice.every,
            after: Some(notice.id.clone()),
            ..named(line, &next.id, &next.number, &notice.name)
        };
        self.new_notice(line, following, &next.started);
    }

    fn new_notice(&mut self, line: &Line, mut notice: Notice, started: &Started) {
        notice.started.set(line.id, line.actor(), &[], started.clone());
        notice.standing.set(line.id, line.actor(), &[], Standing::running(line.at(), line.actor()));
        for twin in self.notices.iter_mut().filter(|other| other.number == notice.number) {
            (twin.twin, notice.twin) = (true, true);
        }
        self.notices.push(notice);
    }

    pub(in crate::incident) fn notice_mut(&mut self, id: &NounId) -> Option<&mut Notice> {
        self.notices.iter_mut().find(|notice| notice.id == *id)
    }
}

fn named(line: &Line, id: &NounId, number: &str, name: &str) -> Notice {
    Notice {
        id: id.clone(),
        number: number.to_owned(),
        twin: false,
        name: name.to_owned(),
        recipient: String::new(),
        terms: None,
        every: None,
        after: None,
        line: line.id,
        undone: false,
        started: Default::default(),
        standing: Default::default(),
        sends: Vec::new(),
    }
}

/// What an event about a notice writes.
pub(in crate::incident) fn settings(event: &Event, actor: &str, at: DateTime<Utc>) -> Vec<Setting> {
    let standing = |id: &NounId, to: Standing| Setting::NoticeStanding(id.clone(), Box::new(to));
    if let Event::NoticeSent(sent) = event {
        let to = Standing {
            state: NoticeState::Sent,
            reference: sent.reference.clone(),
            proof: sent.proof.clone(),
            evidence: sent.evidence.clone(),
            ..Standing::running(sent.at, &sent.by)
        };
        vec![standing(&sent.notice, to)]
    } else if let Event::NoticeClosed(closed) = event {
        let to = Standing {
            state: closed.to,
            reason: Some(closed.reason.clone()),
            approval: closed.approval.clone(),
            until: closed.until,
            ..Standing::running(at, actor)
        };
        vec![standing(&closed.notice, to)]
    } else if let Event::NoticeFactChanged(changed) = event {
        let mut settings = vec![Setting::NoticeStarted(changed.notice.clone(), Box::new(changed.to.clone()))];
        if changed.reopens.is_some() {
            settings.push(standing(&changed.notice, Standing::running(at, actor)));
        }
        settings
    } else {
        Vec::new()
    }
}

//! Files of other programs, read and judged beside the loop.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::rows::{damaged, listed_incident};
use super::{Arrival, World, sentence};
use crate::exchange::csv::peek;
use crate::exchange::intake::Reading;
use crate::exchange::intake::decode::Decoded;
use crate::exchange::intake::judge::{Judged, judge};
use crate::incident::line::Draft;
use crate::model::id::LineId;
use crate::model::refusal::Refusal;
use crate::store::{Record, Together};
use crate::tui::app::App;
use crate::tui::intake::{Column, News, Order, Seen};
use crate::tui::msg::Msg;

/// The least time between two words on how far it is.
const STEP: Duration = Duration::from_millis(100);

impl World {
    /// Reads a file and judges it. A later reading ends an earlier one.
    pub fn intake(&mut self, order: Order) {
        let mine = self.intakes.fetch_add(1, Ordering::Relaxed) + 1;
        let (now, to) = (Arc::clone(&self.intakes), self.to.clone());
        self.start(move || {
            let mut told = Instant::now();
            let mut met = |rows: u64| {
                if told.elapsed() >= STEP {
                    told = Instant::now();
                    _ = to.send(Arrival::Progress(Msg::Intake(order.reading, News::Rows(rows))));
                }
                match now.load(Ordering::Relaxed) == mine {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                }
            };
            let seen = seen(&order).unwrap_or_default();
            let judged = judged(&order, &mut met).map(Box::new);
            Arrival::Said(Msg::Intake(order.reading, News::Done(seen, judged)))
        });
    }

    /// Lets the reading end.
    pub fn stop_intake(&mut self) {
        self.intakes.fetch_add(1, Ordering::Relaxed);
    }
}

/// An incident with what was recorded into it, and the last of those lines; or why not.
pub(super) type Taken = Result<(Record, Option<LineId>), String>;

impl World {
    /// Records many facts as one act, and reads the incident with them, beside the loop.
    pub fn take_in(&mut self, app: &App, drafts: Vec<Draft>) -> Result<(), String> {
        let record = self.record.as_ref().ok_or_else(|| "No incident is open.".to_owned())?;
        let (store, address, now) = (Arc::clone(&self.store), record.address.clone(), app.wall);
        self.taking_in = Some(address.id);
        self.start(move || {
            let written = store.pen(&address).and_then(|mut pen| pen.append(&drafts, Together::Batch, now));
            let taken = written
                .and_then(|written| Ok((store.read(&address)?, written.lines.last().map(|line| line.id))));
            Arrival::TookIn(address.id, Box::new(taken.map_err(|error| sentence(&error))))
        });
        Ok(())
    }

    /// Takes what became of them. Another incident that is open by now stays as it is: they are on the disk.
    pub fn took_in(&mut self, app: &mut App, id: Uuid, taken: Taken) -> Vec<Msg> {
        (self.taking_in, app.taking_in) = (None, None);
        let failed = taken.as_ref().err().map(|why| format!("Not all of it may be recorded: {why}"));
        let (Some(record), Some(case)) = (&mut self.record, &mut app.case) else { return Vec::new() };
        if record.address.id != id {
            app.took = None;
            return failed.map(Msg::Failed).into_iter().collect();
        }
        let last = match taken {
            // Lines of ours that came meanwhile are not in what was read: all is read on from where we were.
            Ok((fresh, last)) if record.settled() => {
                *record = fresh;
                case.incident = std::mem::take(&mut record.incident);
                case.damage = damaged(record);
                last
            }
            Ok((_, last)) => {
                _ = self.catch_up(app);
                last
            }
            Err(_) => {
                app.took = None;
                let news = self.catch_up(app);
                return failed.map(Msg::Failed).into_iter().chain(news).collect();
            }
        };
        self.unpublished = true;
        let Some(case) = &mut app.case else { return Vec::new() };
        case.look();
        let lines: Vec<LineId> = last.into_iter().collect();
        let row = Msg::Relisted(vec![listed_incident(&case.incident)]);
        vec![Msg::Applied(lines.clone()), Msg::Saved(lines), row]
    }
}

fn open(order: &Order) -> Result<Decoded<BufReader<File>>, Refusal> {
    let path = super::hash::whole(&order.file);
    let refused =
        |why: String| Refusal::refused(format!("{} could not be read: {why}.", order.file.display()));
    if path.is_dir() {
        return Err(refused("it is a folder".to_owned()));
    }
    let file = File::open(&path).map_err(|error| refused(error.to_string()))?;
    let mut text = Decoded::new(BufReader::new(file));
    if order.format.is_table() {
        text.keep_control();
    }
    Ok(text)
}

/// The columns of a table whose format does not know its own.
fn seen(order: &Order) -> Option<Seen> {
    if order.format.name != "csv" {
        return None;
    }
    let columns = peek(&mut open(order).ok()?, &order.mapped).ok()??;
    let column =
        |it: crate::exchange::csv::Peeked| Column { name: it.name, samples: it.samples, field: it.field };
    Some(Seen { columns: columns.into_iter().map(column).collect() })
}

fn judged(order: &Order, met: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<Judged, Refusal> {
    let mut file = open(order)?;
    let reading = Reading { now: order.at.now, assume: order.assume.as_ref(), columns: &order.mapped };
    let desk = |k| order.at.desk(k);
    let mut judged =
        judge(order.format.read, (&mut file, &reading), (&order.incident, &order.name), desk, met)?;
    judged.remarks.extend(file.remarks());
    Ok(judged)
}

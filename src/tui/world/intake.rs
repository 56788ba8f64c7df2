//! Files of other programs, read and judged beside the loop.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{Arrival, World};
use crate::exchange::csv::peek;
use crate::exchange::intake::Reading;
use crate::exchange::intake::decode::Decoded;
use crate::exchange::intake::judge::{Judged, judge};
use crate::model::refusal::Refusal;
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

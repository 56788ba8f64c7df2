//! The one table of a run: what was measured, by what it was divided, and what must hold.

/// A bar: a figure held against what it must be and what it strives for.
struct Bar {
    n: &'static str,
    what: String,
    /// Medians, for people.
    said: String,
    value: f64,
    unit: &'static str,
    must: Limit,
    strive: Limit,
}

/// What a figure is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// Only looked at.
    None,
}

impl Limit {
    fn holds(self, value: f64) -> bool {
        match self {
            Limit::AtMost(most) => value <= most,
            Limit::AtLeast(least) => value >= least,
            Limit::None => true,
        }
    }

    fn say(self) -> String {
        match self {
            Limit::AtMost(most) => format!("≤ {}", short(most)),
            Limit::AtLeast(least) => format!("≥ {}", short(least)),
            Limit::None => String::new(),
        }
    }
}

/// All bars of a run, in the order they were measured.
#[derive(Default)]
pub(crate) struct Table {
    bars: Vec<Bar>,
    notes: Vec<String>,
}

impl Table {
    /// Adds a ratio to a yardstick. `n` is the bar's number where it has one.
    pub(crate) fn ratio(
        &mut self,
        n: &'static str,
        what: &str,
        said: String,
        value: f64,
        (must, strive): (Limit, Limit),
    ) {
        self.add(n, what, said, value, "×", (must, strive));
    }

    /// Adds a figure with a unit of its own.
    pub(crate) fn add(
        &mut self,
        n: &'static str,
        what: &str,
        said: String,
        value: f64,
        unit: &'static str,
        (must, strive): (Limit, Limit),
    ) {
        eprintln!("  {what}: {} {unit}", short(value));
        self.bars.push(Bar { n, what: what.to_owned(), said, value, unit, must, strive });
    }

    /// A sentence below the table: what was not measured and why, or what belongs to a figure.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Prints the table as Markdown; says whether every must is met.
    pub(crate) fn print(&self) -> bool {
        println!("\n| # | measure | medians | figure | must | strive | |\n|---|---|---|---|---|---|---|");
        for bar in &self.bars {
            let verdict = match (bar.must.holds(bar.value), bar.strive) {
                (false, _) => "MISSED",
                (true, Limit::None) if bar.must == Limit::None => "",
                (true, strive) if strive != Limit::None && strive.holds(bar.value) => "met, strive met",
                (true, _) if bar.must == Limit::None => "strive missed",
                (true, _) => "met",
            };
            println!(
                "| {} | {} | {} | {} {} | {} | {} | {verdict} |",
                bar.n,
                bar.what,
                bar.said,
                short(bar.value),
                bar.unit,
                bar.must.say(),
                bar.strive.say(),
            );
        }
        self.notes.iter().for_each(|note| println!("\n{note}"));
        self.bars.iter().all(|bar| bar.must.holds(bar.value))
    }
}

/// Three digits that say something.
pub(crate) fn short(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A time in milliseconds, in the unit people say it.
pub(crate) fn ms(value: f64) -> String {
    if value < 1.0 { format!("{} µs", short(value * 1e3)) } else { format!("{} ms", short(value)) }
}

//! What the app asks for, done: the only place where the screens reach the world.

use std::fs;
use std::io;
use std::path::Path;

use super::Session;
use crate::incident::line::Draft;
use crate::model::time::Zone;
use crate::store::outgoing::{clipboard, not_written, write_new};
use crate::store::{Look, Series};
use crate::tui::app::{Banner, ShownZone, Tone};
use crate::tui::console::Console;
use crate::tui::msg::{Effect, Msg};
use crate::tui::syncing::Wanted;
use crate::tui::world::{Opening, World};
use crate::tui::{editor, list, listen, world};

impl<C: Console> Session<C> {
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Err(error) = self.perform_one(effect) {
                // A terminal that takes no more bytes is one that was closed.
                self.over |= error.kind() == io::ErrorKind::BrokenPipe;
            }
        }
    }

    fn perform_one(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Open(id) => {
                let number = self.app.incidents.rows.iter().find(|row| row.id == id);
                let number = number.map_or_else(|| id.to_string(), |row| row.number.clone());
                self.world.open(number, id, self.app.wall);
            }
            Effect::Create(open, envelope, seed) => {
                match self.world.create(&self.app, &open, &envelope, seed) {
                    Ok(record) => {
                        self.app.outbox.clear();
                        self.show(record, Opening::Created);
                        self.world.list(Look::Cached, &self.app.incidents);
                    }
                    Err(why) => self.not_written(why),
                }
            }
            Effect::Write(drafts) => match self.world.write(&mut self.app, &drafts) {
                Ok(lines) => self.take(Msg::Applied(lines)),
                Err(why) => self.not_written(why),
            },
            Effect::TakeIn(drafts) => {
                if let Err(why) = self.world.take_in(&self.app, drafts) {
                    self.app.taking_in = None;
                    self.not_written(why);
                }
            }
            Effect::LayOut(path, text) => {
                let folder = path.parent().unwrap_or(&path).to_owned();
                if let Err(error) = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)) {
                    self.take(Msg::Failed(format!("{} could not be laid out: {error}.", path.display())));
                }
            }
            Effect::WriteFile(path, text) => match write_new(&path, text.as_bytes()) {
                Ok(()) => self.app.say(Tone::Done, format!("Written: {}", path.display())),
                Err(error) => {
                    let (why, hint) = not_written(&path, &error);
                    self.take(Msg::Failed(
                        [Some(why.as_str()), hint]
                            .map(Option::unwrap_or_default)
                            .join(" ")
                            .trim_end()
                            .to_owned(),
                    ));
                }
            },
            Effect::Leave(leaving) => self.world.leave(&self.app, *leaving),
            Effect::Seal => self.world.seal(&self.app),
            Effect::Sync => self.world.sync(&self.app, Wanted::Asked),
            Effect::StartDrill(starting) => match self.world.start_drill(&mut self.app, &starting) {
                Ok(record) => {
                    self.show(record, Opening::Created);
                    self.world.list(Look::Cached, &self.app.incidents);
                }
                Err(why) => self.take(Msg::Failed(why)),
            },
            // A facilitator may have withheld or postponed it: it is judged by all that stands on the disk.
            Effect::Control(draft) => match self.world.catch_up(&mut self.app) {
                Some(news @ Msg::Arrived(_)) => self.take(news),
                _ => self.control(*draft),
            },
            Effect::SaveDraft { incident, text } => {
                if let Some(message) = self.world.keep_draft(incident, text.as_deref()) {
                    self.take(message);
                }
            }
            Effect::Copy(text) => {
                self.clip.copied(&text, self.app.wall);
                self.console.send(&clipboard(&text))?;
            }
            Effect::Editor(text) => self.editor(&text)?,
            Effect::Search(words) => self.world.search(words),
            Effect::AsOf(at) => self.world.as_of(at),
            Effect::CatchUp(wish) => self.world.came_since(&self.app, wish),
            Effect::Replay(at) => self.world.take_up_journal(at),
            Effect::Hash(wanted) => self.world.hash(wanted),
            Effect::Understand(order) => self.world.understand(*order),
            Effect::Intake(order) => self.world.intake(*order),
            Effect::StopIntake => self.world.stop_intake(),
            Effect::Elsewhere(incident, values) => self.world.elsewhere(incident, values),
            Effect::Figures => self.world.figures(self.app.wall),
            Effect::StopFigures => _ = self.world.stop_figures(),
            Effect::StopHashing => self.world.stop_hashing(),
            Effect::SaveSettings => self.save_settings(),
            Effect::Config(key, value) => self.config(&key, &value),
            Effect::Demo => self.open_demo(),
            Effect::Mouse => self.console.mouse(self.app.mouse)?,
            Effect::Suspend => {
                self.clip.went_elsewhere();
                self.console.leave()?;
                listen::stop();
                self.console.enter()?;
                self.stale = true;
            }
            Effect::Redraw => {
                self.console.redraw()?;
                self.stale = true;
            }
            Effect::Bell => self.console.send(b"\x07")?,
            Effect::Quit => self.over = true,
        }
        Ok(())
    }

    /// Writes what fell due in the drill.
    fn control(&mut self, draft: Draft) {
        match self.world.write(&mut self.app, &[draft]) {
            Ok(_) => self.take(Msg::Arrived(1)),
            Err(why) => {
                self.app.halt_control();
                self.take(Msg::Failed(format!("Exercise control cannot write: {why}")));
            }
        }
    }

    /// Facts found no place: their words are drafts again.
    fn not_written(&mut self, why: String) {
        for (key, words) in std::mem::take(&mut self.app.outbox) {
            self.app.drafts.insert(key, words);
        }
        self.take(Msg::Failed(format!("Not written, your words are kept: {why}")));
    }

    fn editor(&mut self, text: &str) -> io::Result<()> {
        self.clip.went_elsewhere();
        self.console.leave()?;
        let folder = self.world.store.state().map_or_else(std::env::temp_dir, Path::to_owned);
        let edited = editor::edit(&editor::program(), &folder, text, &self.app.seeds.fresh());
        self.console.enter()?;
        self.take(Msg::Edited(edited));
        Ok(())
    }

    fn save_settings(&mut self) {
        let zone = self.app.incident_zone.as_ref().map_or("utc".to_owned(), Zone::name);
        let said = [
            ("name", self.app.me.name.clone()),
            ("role", self.app.me.role.clone().unwrap_or_default()),
            ("zone", zone),
        ];
        for (key, word) in said {
            self.config(key, &word);
        }
    }

    fn config(&mut self, key: &str, word: &str) {
        let Some(settings) = &mut self.world.settings else {
            return self.take(Msg::Failed("There is no folder to keep settings in.".to_owned()));
        };
        if let Err(error) = settings.set(key, word) {
            return self.take(Msg::Failed(world::sentence(&error)));
        }
        let settings = settings.settings.clone();
        self.app.view = settings.view;
        self.clip.set(settings.clipboard.clear);
        self.app.take_notices(&settings.notice);
        self.app.own_domains.clone_from(&settings.domains);
        if let Some(zone) = settings.zone.as_deref().filter(|_| key == "zone") {
            let zone = if zone == "local" { self.app.here_zone.clone() } else { Zone::parse(zone).ok() };
            (self.app.incident_zone, self.app.zone) = (zone, ShownZone::Incident);
        }
        if self.app.modals.is_empty() && self.app.said.is_none() {
            self.app.say(Tone::Told, format!("{key} is {word} from now on."));
        }
    }

    /// Puts the demo in place of the store.
    fn open_demo(&mut self) {
        let made = self.demo.take().map_or(Err("The demo cannot be made here.".to_owned()), |make| make());
        match made {
            Ok(store) => {
                self.world = World::new(store, self.world.settings.take(), Series::Demo, self.to.clone());
                self.app.syncing = crate::tui::syncing::Syncing::default();
                self.app.banner = Banner::Demo;
                self.app.case = None;
                self.app.incidents = list::Incidents::default();
                self.app.incidents.loading = true;
                self.world.list(Look::Checked, &self.app.incidents);
            }
            Err(why) => self.take(Msg::Failed(why)),
        }
    }
}

//! What was expunged here goes from the backup, too: a copy that keeps the words would make the law a word.

use std::path::Path;

use super::copying::Copying;
use crate::model::id::LineId;
use crate::store::error::StoreError;
use crate::store::expunge::{PLAN, Planned, Touched, holds_words, stub_of};
use crate::store::files::put_whole;
use crate::store::line::Envelope;
use crate::store::locate::Address;
use crate::store::part::{Inventory, Part};
use crate::store::reading::{Mark, pieces};
use crate::store::snapshot;

impl Copying<'_> {
    /// The stubs that stand here where the backup has the lines themselves, if that is all in which they differ up to
    /// a byte.
    pub(super) fn expunged_since(
        &self,
        segment: &str,
        (from, to): (&Path, &Path),
        there: u64,
    ) -> Result<Option<Vec<Planned>>, StoreError> {
        let read = |path| self.files().read_some(path, 0, there).map_err(StoreError::io("read", path));
        let (ours, mut theirs) = (read(from)?, read(to)?);
        let mut planned = Vec::new();
        pieces(&ours, &Mark::default(), |piece| {
            let Ok(envelope) = &piece.what else { return };
            let at = usize::try_from(piece.at).unwrap_or(usize::MAX);
            let Some(line) = theirs.get_mut(at..at.saturating_add(piece.bytes.len())) else { return };
            let (ours, theirs) = (stub_of(piece.bytes).is_some(), stub_of(line).is_some());
            if ours == theirs || !Envelope::read(line).is_ok_and(|line| line.id() == envelope.id()) {
                return;
            }
            line.copy_from_slice(piece.bytes);
            // What is gone there does not come back.
            if theirs {
                return;
            }
            let text = String::from_utf8_lossy(piece.bytes).into_owned();
            planned.push(Planned {
                segment: segment.to_owned(),
                at: piece.at,
                id: envelope.id(),
                line: text,
            });
        });
        Ok((ours == theirs).then_some(planned))
    }

    /// Writes stubs over lines of the backup. The plan lies there until all is done, so that a stop is finished later.
    pub(super) fn take_out(
        &self,
        folder: &Path,
        planned: &[Planned],
        gone: &mut Touched,
    ) -> Result<(), StoreError> {
        if planned.is_empty() {
            return Ok(());
        }
        let plan = folder.join(PLAN);
        let text = serde_json::to_vec(planned).expect("plain strings and numbers");
        put_whole(self.files(), &plan, &text).map_err(StoreError::io("write", &plan))?;
        self.store.write_over(&folder.join("journal"), planned, gone)
    }

    /// Takes away what else of the backup repeats what is gone here: evidence files that were declared as gone, copies
    /// in quarantine, caches. Says how much that was.
    pub(super) fn forget(
        &mut self,
        address: &Address,
        copy: &Address,
        inventory: &Inventory,
        mut gone: Touched,
    ) -> Result<(), StoreError> {
        // What others took away elsewhere is gone from no backup of ours.
        let declared = self.store.carried_out(&address.folder)?;
        if declared.lines.is_empty() && declared.files.is_empty() {
            return Ok(());
        }
        let here = |place: &Path| {
            let place = self.store.place_in(&address.folder.join(place));
            inventory.parts.iter().any(|(part, _)| place.ends_with(part.path()))
        };
        let mut away = Vec::new();
        let (ours, theirs) = (self.store.vault(address), self.store.vault(copy));
        let file_gone = |file: &&String| self.files().size(&ours.path(file)).is_err();
        away.extend(declared.files.iter().filter(file_gone).map(|file| theirs.path(file)));
        for (name, _) in self.files().list(&copy.folder.join("quarantine")).unwrap_or_default() {
            let place = Path::new("quarantine").join(&name);
            let path = copy.folder.join(&place);
            let bytes = self.files().read(&path, 0).unwrap_or_default();
            let holds = |id: &LineId| holds_words(&bytes, id.to_string().as_bytes());
            let of = gone.segments.iter().any(|segment| name.starts_with(segment.as_str()));
            if !here(&place)
                && Part::read(&format!("quarantine/{name}")).is_some()
                && (of || declared.lines.keys().any(holds))
            {
                away.push(path);
            }
        }
        if !gone.segments.is_empty() {
            let cache = snapshot::path(&copy.folder);
            away.extend([cache.with_file_name(".incident.json.spare"), cache]);
        }
        for path in away {
            match self.files().remove(&path) {
                // The spare is half of the cache, which is named.
                Ok(()) if path.extension().is_some_and(|ending| ending == "spare") => {}
                Ok(()) => gone.files.push(path),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io("take away", &path)(error)),
            }
        }
        let plan = copy.folder.join(PLAN);
        if self.files().size(&plan).is_ok() {
            self.files().remove(&plan).map_err(StoreError::io("take away", &plan))?;
        }
        if gone.lines > 0 || !gone.files.is_empty() {
            self.backed.expunged.push(format!("{}: {}", address.number, gone.words()));
        }
        Ok(())
    }
}

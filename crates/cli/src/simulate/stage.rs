//! The speaker's side of a simulation while it runs: the connection, and the probe of new languages beside it.

use super::SimulateArgs;
use super::new_language::{NewLanguageProbe, ProbeLog};
use super::report::SpeakerOutcome;
use super::speaker::{Cue, Speaker, SpeakerLog, Told};
use crate::client::Dialer;
use crate::failure::Failure;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The speaker's side.
pub(crate) struct Stage {
    dialer: Dialer,
    cues: mpsc::Sender<Cue>,
    speaker: JoinHandle<SpeakerLog>,
    /// Taken by the probe when it begins.
    told: Option<mpsc::Receiver<Told>>,
    probe: Option<JoinHandle<ProbeLog>>,
    stop: CancellationToken,
}

impl Stage {
    /// What the speaker is told and nobody has looked at; with more, the newest is dropped.
    const TOLD: usize = 64;

    /// Connects the speaker, if there is a token for it.
    ///
    /// # Errors
    /// The token cannot be read; the server cannot be reached or refuses the speaker.
    pub(crate) async fn set(args: &SimulateArgs, dialer: &Dialer) -> Result<Option<Self>, Failure> {
        let Some(token) = args.speaker.token()? else { return Ok(None) };
        let as_speaker = Dialer { bearer: Some(token), ..dialer.clone() };
        let socket = as_speaker.dial(&[("sessionId", args.session.as_str())]).await;
        let socket = socket.map_err(|error| error.failure(&args.server.url))?;
        let (telling, told) = mpsc::channel(Self::TOLD);
        let (cues, played) = mpsc::channel(8);
        let speaker = tokio::spawn(Speaker::new(socket, telling).perform(played));
        Ok(Some(Self {
            dialer: dialer.clone(),
            cues,
            speaker,
            told: Some(told),
            probe: None,
            stop: CancellationToken::new(),
        }))
    }

    /// Tells the speaker what to do. A speaker that is gone says so in its log.
    pub(crate) async fn cue(&self, cue: Cue) {
        let _ = self.cues.send(cue).await;
    }

    /// Begins with the questions and the probe.
    pub(crate) async fn begin(&mut self, args: &SimulateArgs) {
        if let Some(rate) = args.query_rate {
            self.cue(Cue::Ask(rate)).await;
        }
        if let Some(told) = self.told.take_if(|_| args.probe_new_language) {
            let probe = NewLanguageProbe::new(self.dialer.clone(), args.session.clone(), told);
            self.probe = Some(tokio::spawn(probe.run(self.stop.clone())));
        }
    }

    /// Ends both and gives what they have noted.
    pub(crate) async fn clear(self) -> SpeakerOutcome {
        self.stop.cancel();
        drop(self.cues);
        let probe = match self.probe {
            // A probe that panicked has nothing to tell.
            Some(probe) => Some(probe.await.unwrap_or_default()),
            None => None,
        };
        SpeakerOutcome { log: self.speaker.await.unwrap_or_default(), probe }
    }
}

//! One listener of the demo: joins, listens, and resumes its place when its connection is lost.

use crate::client::{Backoff, Dialer, Incoming, Socket};
use headcount_core::{Language, SessionId};
use headcount_protocol::received::Received;
use headcount_protocol::{ClientMessage, Token};
use std::time::Duration;
use tokio::sync::mpsc;

/// What a listener is to do. When there are no more cues to come, it leaves.
#[derive(Debug)]
pub(super) enum SeatCue {
    /// Lose the connection, and come back after so long.
    Blip(Duration),
    /// Hear another language.
    Switch(Language),
}

/// A listener's place.
pub(super) struct Seat {
    dialer: Dialer,
    session: SessionId,
    language: Language,
    resume: Option<Token>,
}

/// Why a connection is over.
enum Over {
    /// The listener leaves, or the session has ended.
    ForGood,
    /// It is to be made again after so long.
    For(Duration),
    /// It was lost.
    Lost,
}

impl Seat {
    /// A listener that has not arrived yet.
    pub(super) const fn new(dialer: Dialer, session: SessionId, language: Language) -> Self {
        Self { dialer, session, language, resume: None }
    }

    /// Listens until it is to leave or cannot go on.
    pub(super) async fn listen(mut self, mut cues: mpsc::Receiver<SeatCue>) {
        const TRIES: u32 = 5;
        let mut backoff = Backoff::default();
        for _ in 0..TRIES {
            while let Ok(socket) = self.connect().await {
                match self.stay(socket, &mut cues).await {
                    Over::ForGood => return,
                    Over::For(time) => tokio::time::sleep(time).await,
                    Over::Lost => break,
                }
            }
            let wait = backoff.after_failure(None, &mut rand::rng());
            tokio::time::sleep(wait).await;
        }
    }

    async fn connect(&mut self) -> Result<Socket, crate::client::DialError> {
        let mut query =
            vec![("sessionId", self.session.as_str()), ("targetLanguage", self.language.as_str())];
        // It can be used once, and the answer brings another one.
        let resume = self.resume.take();
        if let Some(token) = &resume {
            query.push(("resumeToken", token.as_str()));
        }
        self.dialer.dial(&query).await
    }

    async fn stay(&mut self, mut socket: Socket, cues: &mut mpsc::Receiver<SeatCue>) -> Over {
        loop {
            let incoming = tokio::select! {
                incoming = socket.next() => incoming,
                cue = cues.recv() => match cue {
                    // Dropping the socket drops the connection without a close frame, as a lost network does.
                    Some(SeatCue::Blip(time)) => return Over::For(time),
                    Some(SeatCue::Switch(language)) => {
                        self.language = language.clone();
                        let change = ClientMessage::ChangeLanguage { target_language: language };
                        // A broken connection shows again when it is listened to.
                        let _ = socket.send(&change).await;
                        continue;
                    }
                    None => {
                        socket.close().await;
                        return Over::ForGood;
                    }
                },
            };
            match incoming {
                Incoming::Text(text) => {
                    if let Ok(Received::SessionJoined(joined)) = Received::parse(&text) {
                        self.resume = joined.resume_token;
                    }
                }
                Incoming::Closed(1000, _) => return Over::ForGood,
                Incoming::Closed(..) | Incoming::Lost => return Over::Lost,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Trust;
    use crate::client::scripted::{Scripted, Visitor};

    fn joined(token: &str) -> String {
        format!(
            r#"{{"type":"sessionJoined","sessionId":"golden-eagle-427","targetLanguage":"es","sourceLanguage":"en","connectionId":"c","qualityTier":"standard","listenerCount":1,"resumeToken":"{token}","timestamp":1}}"#
        )
    }

    fn asked(visitor: &Visitor, name: &str) -> Option<String> {
        visitor.query.get(name).cloned()
    }

    #[tokio::test]
    async fn a_listener_resumes_its_place_with_the_newest_token_and_in_its_newest_language() {
        let server = Scripted::start().await;
        let dialer = Dialer {
            endpoint: server.endpoint(),
            bearer: None,
            trust: Trust::Public,
            time_limit: Duration::from_secs(5),
        };
        let session = SessionId::parse("golden-eagle-427").unwrap();
        let (cues, played) = mpsc::channel(4);
        let seat = tokio::spawn(Seat::new(dialer, session, Language::parse("es").unwrap()).listen(played));

        let mut visitor = server.accept().await;
        assert_eq!(
            (asked(&visitor, "targetLanguage"), asked(&visitor, "resumeToken")),
            (Some("es".into()), None)
        );
        visitor.say(&joined("first")).await;
        cues.send(SeatCue::Switch(Language::parse("fr").unwrap())).await.unwrap();
        assert!(visitor.hear().await.unwrap().contains("changeLanguage"));
        cues.send(SeatCue::Blip(Duration::from_millis(1))).await.unwrap();

        let mut visitor = server.accept().await;
        assert_eq!(
            (asked(&visitor, "targetLanguage"), asked(&visitor, "resumeToken")),
            (Some("fr".into()), Some("first".into()))
        );
        visitor.say(&joined("second")).await;
        drop(cues);
        assert_eq!(visitor.hear().await, None);
        drop(visitor);
        seat.await.unwrap();
    }
}

//! What goes on while the server is killed: sessions are created, speakers steer and ask, listeners come in ever new
//! languages. Every task goes on until the server is gone.

use crate::client::{Client, text};
use crate::notes::{Note, Notes, State, languages};
use crate::{FIRST_LANGUAGES, LISTENERS, STAGES};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long it may take until enough has happened.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many notes may lie unread; then the clients wait.
const UNREAD: usize = 1_024;

/// Lets clients loose on the server, kills it once enough has happened, and gives everything that was noted, to the last
/// word that arrived.
pub async fn until_there_is_enough(address: SocketAddr, kill: impl AsyncFnOnce()) -> Notes {
    let (noting, mut noted) = channel(UNREAD);
    let mut clients = JoinSet::new();
    for _ in 0..STAGES {
        clients.spawn(stage(address, noting.clone()));
    }
    clients.spawn(bystanders(address, noting));
    let mut notes = Notes::default();
    let enough = async {
        while !notes.are_enough() {
            notes.take(noted.recv().await.expect("the server is there until it is killed"));
        }
    };
    timeout(PATIENCE, enough).await.expect("enough has happened");
    kill().await;
    // The notes end when the last client has found the server gone.
    while let Some(note) = noted.recv().await {
        notes.take(note);
    }
    clients.join_all().await;
    notes
}

async fn note(noting: &Sender<Note>, note: Note) {
    // Nobody reads on only where the test has failed.
    let _ = noting.send(note).await;
}

/// Creates a session; `None` if the server is gone.
async fn create(address: SocketAddr, noting: &Sender<Note>) -> Option<(Client, String)> {
    let mut speaker = Client::connect(address, "action=createSession&sourceLanguage=en").await?;
    let created = speaker.next().await?;
    assert_eq!(created["type"], "sessionCreated", "{created}");
    let session = text(&created, "sessionId");
    let token = text(&created, "speakerToken");
    note(noting, Note::Created { session: session.clone(), token }).await;
    Some((speaker, session))
}

/// Sessions without an audience, one after the other.
async fn bystanders(address: SocketAddr, noting: Sender<Note>) {
    let mut speakers = Vec::new();
    while let Some((speaker, _)) = create(address, &noting).await {
        speakers.push(speaker);
    }
}

/// A session with an audience.
async fn stage(address: SocketAddr, noting: Sender<Note>) {
    let Some((speaker, session)) = create(address, &noting).await else { return };
    let mut listeners = JoinSet::new();
    for seat in 0..LISTENERS {
        let language = FIRST_LANGUAGES[seat % FIRST_LANGUAGES.len()].to_owned();
        listeners.spawn(listen(address, session.clone(), language, noting.clone()));
    }
    listeners.spawn(newcomers(address, session.clone(), noting.clone()));
    speak(speaker, session, noting).await;
    listeners.join_all().await;
}

/// Joins and stays.
async fn listen(address: SocketAddr, session: String, language: String, noting: Sender<Note>) {
    if let Some(listener) = join(address, session, language, &noting).await {
        listener.endure().await;
    }
}

async fn join(
    address: SocketAddr,
    session: String,
    language: String,
    noting: &Sender<Note>,
) -> Option<Client> {
    let query = format!("sessionId={session}&targetLanguage={language}");
    let mut listener = Client::connect(address, &query).await?;
    // What the speaker does meanwhile may be told first.
    let joined = listener.until("sessionJoined").await?;
    note(noting, Note::Joined { session, language, resume_token: text(&joined, "resumeToken") }).await;
    Some(listener)
}

/// One listener after the other, each in a language that nobody has heard yet, while there are any.
async fn newcomers(address: SocketAddr, session: String, noting: Sender<Note>) {
    let letters = || 'a'..='z';
    let tags = letters().flat_map(|first| letters().map(move |second| format!("es-x-{first}{second}")));
    // A status shows 63 languages apart; what it does not show has not been announced.
    let mut listeners = JoinSet::new();
    for tag in tags.take(40) {
        let Some(listener) = join(address, session.clone(), tag, &noting).await else { break };
        listeners.spawn(listener.endure());
    }
    listeners.join_all().await;
}

/// Changes the state of the broadcast as fast as the server takes it, and asks now and then.
async fn speak(mut speaker: Client, session: String, noting: Sender<Note>) {
    for n in 1.. {
        let state = State::nth(n);
        note(&noting, Note::Asked { session: session.clone(), n }).await;
        speaker.send(&state.asked()).await;
        if n % 8 == 0 {
            speaker.send(r#"{"action":"getSessionStatus"}"#).await;
        }
        loop {
            let Some(told) = speaker.next().await else { return };
            if told["type"] == "speakerStateChanged" {
                assert_eq!(State::told(&told), state, "{told}");
                break;
            }
            note(&noting, Note::Shown { session: session.clone(), languages: languages(&told) }).await;
        }
        note(&noting, Note::Taken { session: session.clone(), n }).await;
    }
}

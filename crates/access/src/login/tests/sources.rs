//! Tests of files and URLs that keys come from, against a server on loopback.

use crate::login::{FetchError, FileKeys, InvalidKeySource, KeySource, UrlKeys};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const MAX: usize = 256 * 1_024;

/// A server that gives each of `answers` once and tells what it was asked; it holds the connection open until the
/// client closes it.
fn server(answers: Vec<String>) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 4_096];
            let read = stream.read(&mut request).unwrap();
            sender.send(String::from_utf8_lossy(&request[..read]).into_owned()).unwrap();
            // A client that has read enough closes; what could not be sent then does not matter.
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.read_to_end(&mut request);
        }
    });
    (address, requests)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn fetch(address: SocketAddr) -> Result<String, FetchError> {
    UrlKeys::new(&format!("http://{address}/keys?x=1")).unwrap().fetch()
}

#[test]
fn fetches_from_a_url() {
    let (address, requests) = server(vec![ok("{\"keys\":[]}")]);
    assert_eq!(fetch(address).unwrap(), "{\"keys\":[]}");
    let request = requests.recv().unwrap();
    assert!(request.starts_with("GET /keys?x=1 HTTP/1.1\r\n"), "{request}");
}

#[test]
fn follows_no_redirect() {
    let (elsewhere, requests) = server(vec![ok("{\"keys\":[]}")]);
    let found = format!("HTTP/1.1 302 Found\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let (address, _requests) = server(vec![found]);
    assert!(matches!(fetch(address), Err(FetchError::Status(302))));
    assert!(requests.try_recv().is_err());
}

#[test]
fn takes_nothing_but_200() {
    for status in ["404 Not Found", "500 Internal Server Error", "204 No Content"] {
        let (address, _requests) = server(vec![format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")]);
        assert!(matches!(fetch(address), Err(FetchError::Status(_))), "{status}");
    }
}

#[test]
fn takes_256_kib_and_not_a_byte_more_whether_announced_or_not() {
    let most = "x".repeat(MAX);
    let (address, _requests) = server(vec![ok(&most)]);
    assert_eq!(fetch(address).unwrap().len(), MAX);
    let unannounced = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{most}x");
    for answer in [ok(&format!("{most}x")), unannounced] {
        let (address, _requests) = server(vec![answer]);
        assert!(matches!(fetch(address), Err(FetchError::TooLarge)));
    }
}

#[test]
fn gives_up_on_a_server_that_is_slow_or_away() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{".to_owned();
    for answer in [String::new(), half] {
        let (address, _requests) = server(vec![answer]);
        let keys = UrlKeys::with_timeout(&format!("http://{address}/"), Duration::from_millis(100)).unwrap();
        assert!(matches!(keys.fetch(), Err(FetchError::Unreachable(_))));
    }
    // Nothing listens on port 1.
    assert!(matches!(fetch(SocketAddr::from(([127, 0, 0, 1], 1))), Err(FetchError::Unreachable(_))));
}

#[test]
fn only_https_will_do_except_on_loopback() {
    for url in ["https://id.example/jwks", "http://localhost:1/", "http://127.8.8.8/", "http://[::1]:1/"] {
        assert!(UrlKeys::new(url).is_ok(), "{url}");
    }
    for (url, problem) in [
        ("http://id.example/jwks", InvalidKeySource::Insecure),
        ("http://localhost.id.example/", InvalidKeySource::Insecure),
        ("http://127.0.0.1.id.example/", InvalidKeySource::Insecure),
        ("http://10.0.0.1/", InvalidKeySource::Insecure),
        ("ftp://localhost/", InvalidKeySource::Insecure),
        ("file:///etc/keys", InvalidKeySource::Insecure),
        ("id.example/jwks", InvalidKeySource::NotAUrl),
        ("https://", InvalidKeySource::NotAUrl),
        ("https://ann:secret@id.example/", InvalidKeySource::Credentials),
    ] {
        assert_eq!(UrlKeys::new(url).err(), Some(problem), "{url}");
    }
}

#[test]
fn reads_a_file_anew_every_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.json");
    let keys = FileKeys::new(&path);
    assert!(matches!(keys.fetch(), Err(FetchError::Unreachable(_))));
    for text in ["{\"keys\":[]}", &"x".repeat(MAX)] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(keys.fetch().unwrap(), text);
    }
    std::fs::write(&path, "x".repeat(MAX + 1)).unwrap();
    assert!(matches!(keys.fetch(), Err(FetchError::TooLarge)));
}

//! The console: pages for the speaker, listeners and organisers, built into the server.
//!
//! What is served is `console/dist`, which `scripts/console` makes of the sources beside it. The pages load nothing from
//! anybody else, so the policy forbids it; they speak the public protocol.

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::sync::LazyLock;

/// What a page of ours may do: load what is served beside it, connect to the server that it came from, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One file of the console.
struct Asset {
    path: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($path:literal, $name:literal, $content_type:literal) => {
        Asset {
            path: $path,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../../../console/dist/", $name)),
        }
    };
}

/// All of them; the page itself is the first.
static ASSETS: [Asset; 5] = [
    asset!("/", "index.html", "text/html; charset=utf-8"),
    asset!("/console.js", "console.js", "text/javascript; charset=utf-8"),
    asset!("/console.css", "console.css", "text/css; charset=utf-8"),
    asset!("/icon.svg", "icon.svg", "image/svg+xml"),
    asset!("/licences.txt", "licences.txt", "text/plain; charset=utf-8"),
];

/// Their entity tags (RFC 9110 §8.8.3), made of what is in them.
static TAGS: LazyLock<[HeaderValue; 5]> = LazyLock::new(|| ASSETS.each_ref().map(|asset| tag(asset.bytes)));

/// The routes of everything but the page, which shares its path with others.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let others = ASSETS.iter().zip(TAGS.iter()).skip(1);
    others.fold(Router::new(), |router, (asset, tag)| {
        router.route(asset.path, get(move |asked: HeaderMap| async move { serve(asset, tag, &asked) }))
    })
}

/// The page, for a browser; `None` for whoever does not want one, as `curl` does not.
pub(super) fn page(asked: &HeaderMap) -> Option<Response> {
    let accepted = asked.get_all(header::ACCEPT).into_iter();
    let wanted = accepted.filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"));
    wanted.then(|| serve(&ASSETS[0], &TAGS[0], asked))
}

fn serve(asset: &Asset, tag: &HeaderValue, asked: &HeaderMap) -> Response {
    let known = asked.get_all(header::IF_NONE_MATCH).into_iter();
    let unchanged = known.filter_map(|value| value.to_str().ok()).any(|known| {
        known.split(',').any(|known| known.trim().trim_start_matches("W/").as_bytes() == tag.as_bytes())
    });
    let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(asset.bytes) });
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::ETAG, tag.clone());
    // Asked for each time, and sent only when it has changed: a new server is seen at once.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let nothing = HeaderValue::from_static("camera=(), geolocation=(), microphone=()");
    headers.insert(HeaderName::from_static("permissions-policy"), nothing);
    response
}

fn tag(bytes: &[u8]) -> HeaderValue {
    let hash = hex::encode(&digest(&SHA256, bytes).as_ref()[..16]);
    HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"console\""))
}

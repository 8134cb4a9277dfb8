//! The console as it is served.

use crate::support::TestServer;

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn a_browser_gets_the_page_and_all_that_it_loads() {
    let server = TestServer::local().await;
    let page = server.request_with("GET", "/", &[BROWSER], "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("vary"), Some("accept"));
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let loaded: Vec<&str> = page
        .body
        .split(['"', '\''])
        .filter(|word| word.contains("console.") || word.ends_with(".svg"))
        .collect();
    assert_eq!(loaded.len(), 3, "{}", page.body);
    for name in loaded {
        let asset = server.get(&format!("/{name}"), None).await;
        assert_eq!((asset.status, asset.header("x-content-type-options")), (200, Some("nosniff")), "{name}");
        let tag = asset.header("etag").unwrap().to_owned();
        let again = server.request_with("GET", &format!("/{name}"), &[("if-none-match", &tag)], "").await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{name}");
    }
    assert!(
        !page.body.contains("http://") && !page.body.contains("https://"),
        "nothing comes from elsewhere"
    );
}

#[tokio::test]
async fn whoever_wants_no_page_is_told_what_the_address_is() {
    let server = TestServer::local().await;
    for accept in ["*/*", "application/json"] {
        let told = server.request_with("GET", "/", &[("accept", accept)], "").await;
        assert!(told.body.starts_with("Headcount: "), "{told:?}");
    }
}

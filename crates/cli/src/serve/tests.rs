//! Tests of what `headcount serve` says about its sockets.

use super::*;

const FREE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

#[tokio::test]
async fn the_real_addresses_are_told() {
    let (clients, management) = (bind(FREE, "--listen").unwrap(), bind(FREE, "--management-listen").unwrap());
    let lines = addresses(&clients, Some(&management), true).unwrap();
    let ports = [clients.local_addr().unwrap().port(), management.local_addr().unwrap().port()];
    assert_eq!(
        lines,
        format!("listening on https://127.0.0.1:{}\nmanagement on http://127.0.0.1:{}\n", ports[0], ports[1])
    );
    assert!(addresses(&clients, None, false).unwrap().starts_with("listening on http://"));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_the_flag_to_change() {
    let first = bind(FREE, "--listen").unwrap();
    let taken = first.local_addr().unwrap();
    let failure = bind(taken, "--management-listen").unwrap_err();
    assert_eq!(failure.code(), 69);
    let text = failure.to_string();
    assert!(text.contains(&taken.to_string()) && text.contains("--management-listen"), "{text}");
}

//! Where things are kept.

use super::*;
use headcount_server::{Secret, SharedStore, StoreConfig};

fn shared(trial: &Trial, args: &[&str]) -> SharedStore {
    match trial.check(args).config.store {
        StoreConfig::Shared { store, .. } => store,
        other => panic!("{other:?}"),
    }
}

#[test]
fn several_servers_share_the_store_that_is_named() {
    let store = shared(&Trial::new(), &["--store=redis://cache:6379"]);
    let expected = SharedStore {
        url: "redis://cache:6379".into(),
        password: None,
        ca_file: None,
        prefix: "headcount".into(),
    };
    assert_eq!(store, expected);
    for url in [
        "rediss://app@cache",
        "valkey://cache:6379/2",
        "redis-sentinel://a:26379,b:26379,c:26379/mymaster",
        "rediss-cluster://a:6379,b:6379",
    ] {
        assert_eq!(shared(&Trial::new(), &["--store", url]).url, url);
    }
}

#[test]
fn its_password_comes_from_the_environment_or_a_file() {
    let trial = Trial::new();
    let file = trial.file("password", "hush\n");
    let store =
        shared(&trial, &["--store=redis://cache", "--store-password-file", &file, "--store-prefix=hall-2"]);
    assert_eq!((store.password, store.prefix.as_str()), (Some(Secret::new("hush")), "hall-2"));
    let trial = Trial::new().set("HEADCOUNT_STORE_PASSWORD", "psst");
    assert_eq!(shared(&trial, &["--store=redis://cache"]).password, Some(Secret::new("psst")));
}

#[test]
fn what_is_wrong_with_it_is_said_without_showing_it() {
    for (args, said) in [
        (&["--store=http://cache"][..], "--store: it begins with redis://"),
        (&["--store=cache"], "--store: write it as redis://host:6379"),
        (&["--store=redis://:hush@cache"], "--store: other users of this machine can read command lines"),
        (&["--store=redis://cache", "--in-memory"], "--in-memory: has no meaning beside --store"),
        (&["--store=redis://cache", "--data-dir=x"], "--data-dir: has no meaning beside --store"),
        (
            &["--store=redis://cache", "--store-prefix=a b"],
            "--store-prefix: \"a b\" is wrong: it has 1 to 64",
        ),
        (&["--store-prefix=other"], "--store-prefix: needs --store"),
    ] {
        let problems = Trial::new().problems(args);
        assert!(problems.iter().any(|problem| problem.starts_with(said)), "{args:?}: {problems:?}");
        assert!(!problems.iter().any(|problem| problem.contains("hush")), "{problems:?}");
    }
}

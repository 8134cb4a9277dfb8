# One recipe a job. CI runs the same scripts.

# Lists the recipes.
default:
    @just --list --unsorted

# Shows what Headcount is: a server, a session and a lively audience.
demo *args:
    cargo run --release -- demo {{args}}

# Runs the server.
serve *args:
    cargo run --release -- serve {{args}}

# Plays the AWS stack on this machine, without an account: just lambda-local --help
lambda-local *args:
    scripts/lambda-local {{args}}

# Runs three servers that share a Redis, behind a balancer, for a look: just cluster --help
cluster *args:
    scripts/cluster {{args}}

# Lets things go wrong in such a cluster, and measures it: just cluster-drill kill-node
cluster-drill *args:
    scripts/cluster-drill {{args}}

# Runs every test: Rust suites, documentation examples, interop.
test:
    scripts/test

# Runs the tests of one crate: just test-crate headcount-core
test-crate crate *args:
    cargo nextest run --package {{crate}} {{args}}

# Checks the conventions of the repository.
tidy:
    cargo tidy

# Formats everything.
fmt:
    cargo fmt --all

# Checks format and lints.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Checks licences, bans and sources of dependencies, and advisories where their database can be fetched.
deny:
    scripts/deny

# Checks the AWS templates.
infra:
    scripts/infra

# Checks the dashboard and the alert rules.
alerts:
    scripts/alerts

# Builds the console; check and test are what else there is.
console *args:
    scripts/console {{args}}

# Builds the documentation of the code.
doc *args:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace {{args}}

# Renders the protocol's golden samples anew, after a change of the wire contract.
bless:
    cargo run --package headcount-protocol --example bless

# Runs the benches of the rules, the store and the wire format.
bench *args:
    cargo bench --workspace --benches {{args}}

# Runs a fuzz target (needs cargo-fuzz and a nightly toolchain): just fuzz client_message
fuzz target *args:
    cd fuzz && cargo +nightly fuzz run {{target}} {{args}}

# Brings an audience to a running server: just load http://127.0.0.1:8080 --session golden-eagle-427 --listeners 10000
load url *args:
    cargo run --release -- simulate {{url}} {{args}}

# Everything that CI checks.
ci:
    .ci/run

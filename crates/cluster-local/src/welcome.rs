//! What is printed once everything is there: where it is, and what to type next.

use anstyle::Style;
use headcount_cluster_local::{Cluster, Node};
use std::net::SocketAddr;

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// The text, with colours.
pub(crate) fn text(cluster: &Cluster) -> String {
    let nodes: Vec<String> = cluster.nodes.iter().map(node).collect();
    let redis = (cluster.redis.address(), cluster.redis.process_id().unwrap_or_default());
    whole(cluster.balancer.address(), &nodes, redis, &cluster.logs().display().to_string())
}

/// Where a node is, and its process.
pub(crate) fn node(node: &Node) -> String {
    format!("http://{}  process {}", node.address(), node.process_id().unwrap_or_default())
}

fn whole(balancer: SocketAddr, nodes: &[String], (redis, process): (SocketAddr, u32), logs: &str) -> String {
    let listed: String =
        nodes.iter().zip(1..).map(|(node, number)| format!("\n  Node {number}    {node}")).collect();
    let last = nodes.last().and_then(|node| node.rsplit(' ').next()).unwrap_or_default();
    format!(
        "{count} nodes run, and share a Redis.\n\
         \n  Console   {BOLD}http://{balancer}/{BOLD:#}  {DIM}through the balancer, as every client{DIM:#}\
         {listed}\
         \n  Redis     redis://{redis}  process {process}\
         \n  Logs      {logs}\n\
         \n\
         Create a session in the console, or with\n\
         \n  headcount create http://{balancer}\n\
         \n\
         and bring it an audience, which comes to all nodes:\n\
         \n  headcount simulate http://{balancer} --session SESSION --listeners 300 --churn 2%/s --duration 5m\n\
         \n\
         Then let something go wrong, and watch what the speaker is told:\n\
         \n  kill -9 {last}         {DIM}a node dies; its listeners come back on the others{DIM:#}\
         \n  kill {last}            {DIM}a node is stopped in order, as in a rolling restart{DIM:#}\
         \n  kill -STOP {process}   {DIM}Redis hangs; kill -CONT {process} lets it go on{DIM:#}\n\
         \n{DIM}A node that is gone is started again after 20 s. Ctrl-C stops everything; nothing is kept.{DIM:#}\n",
        count = nodes.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_copied() {
        let nodes =
            ["http://127.0.0.1:9001  process 11".to_owned(), "http://127.0.0.1:9002  process 12".to_owned()];
        let (balancer, redis) = ("127.0.0.1:8080".parse().unwrap(), "127.0.0.1:6379".parse().unwrap());
        let text = whole(balancer, &nodes, (redis, 13), "logs");
        let text = anstream::adapter::strip_str(&text).to_string();
        for part in [
            "\n  Console   http://127.0.0.1:8080/",
            "\n  Node 2    http://127.0.0.1:9002  process 12\n",
            "\n  kill -9 12 ",
            "\n  kill -STOP 13 ",
            "\n  headcount simulate http://127.0.0.1:8080 --session SESSION",
        ] {
            assert!(text.contains(part), "{part:?} in\n{text}");
        }
    }
}

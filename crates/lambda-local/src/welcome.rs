//! What is printed once everything is there: where it is, and what to type next.

use crate::args::{Args, SpeakerAuth};
use anstyle::Style;
use headcount_lambda_local::Running;

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// The text, with colours.
pub(crate) fn text(running: &Running, args: &Args) -> String {
    let tables: Vec<&str> = running.tables().collect();
    let place = Place {
        websocket: running.websocket_url(),
        dynamodb: running.dynamodb_url(),
        management: running.management_url(),
        tables: &tables,
        logs_in: args.speaker_auth != SpeakerAuth::None,
    };
    place.text()
}

/// Where everything is.
struct Place<'a> {
    websocket: &'a str,
    dynamodb: &'a str,
    management: &'a str,
    tables: &'a [&'a str],
    /// Whether speakers need a login token.
    logs_in: bool,
}

impl Place<'_> {
    fn text(&self) -> String {
        let Self { websocket, dynamodb, management, .. } = self;
        let http = websocket.replacen("ws", "http", 1);
        let tables = self.tables.join(", ");
        let token = if self.logs_in { ", token: 'TOKEN'" } else { "" };
        format!(
            "The function runs, and the AWS around it is played on this machine.\n\
             \n  WebSocket API  {BOLD}{websocket}{BOLD:#}\
             \n  DynamoDB       {dynamodb}  {DIM}{tables}{DIM:#}\
             \n  @connections   {management}\n\
             \n\
             Speak: in the console of a browser, on any page that is not https,\n\
             \n  speaker = new WebSocket('{websocket}'); speaker.onmessage = e => console.log(e.data)\
             \n  speaker.send(JSON.stringify({{ action: 'createSession', sourceLanguage: 'en'{token} }}))\n\
             \n\
             and listen, with the sessionId that it is told:\n\
             \n  listener = new WebSocket('{websocket}?sessionId=SESSION&targetLanguage=es')\n\
             \n\
             Ask who listens:\n\
             \n  speaker.send(JSON.stringify({{ action: 'getSessionStatus' }}))\n\
             \n\
             Or bring an audience, with Headcount's own command:\n\
             \n  cargo run --release -- demo --url {http}\n\
             \n\
             Look into the tables, with boto3 or the AWS command line:\n\
             \n  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1\
             \n  aws dynamodb scan --endpoint-url {dynamodb} --table-name Connections\
             \n  python3 -c \"import boto3; print(boto3.client('dynamodb', \
             endpoint_url='{dynamodb}').scan(TableName='Connections')['Items'])\"\n\
             \n\
             Close a connection as another program would:\n\
             \n  aws apigatewaymanagementapi delete-connection --endpoint-url {management} --connection-id ID\n\
             \n{DIM}What goes wrong is told below; --log info shows what the functions log. Ctrl-C stops.{DIM:#}\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(logs_in: bool) -> String {
        let place = Place {
            websocket: "ws://127.0.0.1:8090/prod",
            dynamodb: "http://127.0.0.1:8000",
            management: "http://127.0.0.1:9000/prod",
            tables: &["Connections", "Sessions"],
            logs_in,
        };
        anstream::adapter::strip_str(&place.text()).to_string()
    }

    #[test]
    fn what_is_shown_can_be_copied() {
        let text = text(false);
        for part in [
            "\n  speaker = new WebSocket('ws://127.0.0.1:8090/prod'); speaker.onmessage = e => console.log(e.data)\n",
            "\n  speaker.send(JSON.stringify({ action: 'createSession', sourceLanguage: 'en' }))\n",
            "\n  listener = new WebSocket('ws://127.0.0.1:8090/prod?sessionId=SESSION&targetLanguage=es')\n",
            "\n  speaker.send(JSON.stringify({ action: 'getSessionStatus' }))\n",
            "\n  cargo run --release -- demo --url http://127.0.0.1:8090/prod\n",
            "\n  aws dynamodb scan --endpoint-url http://127.0.0.1:8000 --table-name Connections\n",
            "endpoint_url='http://127.0.0.1:8000').scan(TableName='Connections')['Items'])\"\n",
            "--endpoint-url http://127.0.0.1:9000/prod --connection-id ID\n",
        ] {
            assert!(text.contains(part), "{part:?} in\n{text}");
        }
    }

    #[test]
    fn who_must_log_in_is_told_where_the_token_goes() {
        assert!(text(true).contains("{ action: 'createSession', sourceLanguage: 'en', token: 'TOKEN' }"));
    }
}

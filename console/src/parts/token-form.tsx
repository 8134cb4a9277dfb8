/** Asks for a token, which this tab then keeps. */

interface Props {
  title: string;
  text: string;
  label: string;
  button: string;
  onToken(token: string): void;
}

export function TokenForm({ title, text, label, button, onToken }: Props) {
  return (
    <main class="sheet">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          const token = new FormData(event.currentTarget).get("token");
          if (typeof token === "string" && token.trim() !== "") onToken(token.trim());
        }}
      >
        <h2>{title}</h2>
        <p>{text}</p>
        <label class="field">
          <span>{label}</span>
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <button type="submit">{button}</button>
      </form>
    </main>
  );
}

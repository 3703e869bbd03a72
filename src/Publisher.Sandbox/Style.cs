namespace Publisher.Sandbox;

/// <summary>The one style sheet of the sandbox's pages; light and dark follow the reader's setting.</summary>
internal static class Style
{
    public const string Icon = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#1d5bb8"/><path d="M4 11h8M4 8h8M4 5h5" stroke="#fff" stroke-width="1.6" stroke-linecap="round"/></svg>""";

    public const string Css = """
        :root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#17202c;--soft:#55606f;--line:#dfe3e9;--accent:#1d5bb8;--on-accent:#fff;--tint:#e6eefb;--look:#8a5a00;--look-tint:#fdf1d8;--stop:#a82218}
        @media (prefers-color-scheme:dark){:root{--ground:#11161d;--card:#1a212b;--ink:#e8ecf2;--soft:#a5b0bf;--line:#2e3846;--accent:#7fb0ff;--on-accent:#0c1624;--tint:#1d2c45;--look:#f0c060;--look-tint:#352a12;--stop:#ff9c92}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 "Source Sans 3",system-ui,sans-serif}
        a{color:var(--accent)}
        a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        .top{display:flex;gap:12px;align-items:baseline;flex-wrap:wrap;padding:12px 24px;border-bottom:1px solid var(--line);background:var(--card)}
        .top nav{margin-left:auto}
        .brand{font-weight:650;font-size:17px;color:var(--ink);text-decoration:none}
        main{max-width:680px;margin:0 auto;padding:24px 16px 48px}
        main.wide{max-width:960px}
        h1{font-size:24px;line-height:1.25;margin:0 0 12px}
        h2{font-size:17px;margin:24px 0 8px}
        .soft,.note{color:var(--soft)}
        .note{font-size:13px;margin:6px 0 0}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .card,.post{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin:0 0 12px}
        .narrow{max-width:460px;margin:24px auto}
        .empty{border:1px dashed var(--line);border-radius:10px;padding:32px;text-align:center;color:var(--soft)}
        .platforms{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:12px;padding:0;list-style:none}
        .platforms li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px}
        .platforms a{font-weight:600;font-size:17px}
        .platforms b{font-variant-numeric:tabular-nums}
        .post header{display:flex;gap:10px;align-items:center}
        .avatar{flex:none;width:40px;height:40px;border-radius:50%;background:var(--accent);color:var(--on-accent);display:grid;place-items:center;font-weight:700;font-size:14px}
        .linkedin .avatar{border-radius:4px}
        .mastodon .avatar{border-radius:8px}
        .who{display:flex;flex-direction:column;line-height:1.25;min-width:0;overflow-wrap:anywhere}
        .time{margin-left:auto;font-size:13px;color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums}
        .text{white-space:pre-wrap;overflow-wrap:anywhere;margin:12px 0 0}
        .mark{color:var(--accent)}
        .gone .text{text-decoration:line-through}
        .gone{border-style:dashed}
        .warning{background:var(--look-tint);color:var(--look);border-radius:8px;padding:8px 12px;margin:12px 0 0}
        .media{display:grid;gap:8px;margin-top:12px}
        .media.n2,.media.n3,.media.n4{grid-template-columns:1fr 1fr}
        figure{margin:0}
        .media img,.media video{display:block;width:100%;max-height:420px;object-fit:cover;border-radius:10px;border:1px solid var(--line)}
        figcaption{font-size:13px;margin-top:4px;overflow-wrap:anywhere}
        .badge{background:var(--ink);color:var(--card);border-radius:4px;padding:0 5px;font-size:11px;font-weight:700}
        .linkcard{display:flex;flex-direction:column;margin-top:12px;border:1px solid var(--line);border-radius:10px;padding:0 0 12px;overflow:hidden;color:var(--ink);text-decoration:none}
        .linkcard>*{padding:0 14px}
        .linkcard>:first-child{padding-top:12px}
        .linkcard img{padding:0!important;width:100%;aspect-ratio:1.91;object-fit:cover;margin-bottom:8px}
        .post footer{font-size:13px;margin-top:8px}
        form.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;align-items:end}
        label{display:flex;flex-direction:column;gap:4px;font-size:13px;color:var(--soft)}
        input,select,button,.button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px;min-height:40px}
        button,.button{font-weight:600;cursor:pointer;text-decoration:none}
        .primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
        .row{display:flex;gap:12px;flex-wrap:wrap}
        fieldset{border:0;padding:0;margin:0}
        .choice{flex-direction:row;align-items:center;gap:12px;border:1px solid var(--line);border-radius:8px;padding:10px 12px;margin:8px 0;color:var(--ink);font-size:15px}
        .choice input{min-height:0}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        td,th{text-align:left;padding:8px 12px 8px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
        th{font-size:13px;color:var(--soft);font-weight:600}
        .lead{font-size:17px}
        .hero{width:100%;border-radius:10px}
        @media (max-width:480px){.top{padding:12px 16px}.post header{flex-wrap:wrap}.time{margin-left:50px;width:100%}}
        """;
}

using System.Net;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>What a call must look like before its handler sees it: what the documentation does not name is an objection.</summary>
internal abstract partial class PlatformServer
{
    private Answer? Check(Call call, Route route)
    {
        if (route.Kind == CallKind.Page)
        {
            return null;
        }

        Answer? refusal = null;
        foreach (var header in call.Headers.Keys.Where(h => !EveryClientSends.Concat(route.Headers).Contains(h, StringComparer.OrdinalIgnoreCase)))
        {
            refusal ??= Note(call, Trouble.UnknownHeader, $"header {header} is not documented");
        }

        foreach (var name in call.Query.Keys.Where(q => !route.Query.Contains(q)))
        {
            refusal ??= Note(call, Trouble.UnknownParameter, $"query parameter {name} is not documented");
        }

        return refusal ?? CheckHeaders(call, route) ?? (route.Open ? null : Authorize(call, route)) ?? CheckBody(call, route);
    }

    private Answer? CheckBody(Call call, Route route)
    {
        if (route.Accepts.Length == 0)
        {
            return call.Body.Length > 0 ? Note(call, Trouble.WrongType, "this call has no body") : null;
        }

        if (!route.Accepts.Contains(call.ContentType) && !route.Accepts.Contains("*/*"))
        {
            return Note(call, Trouble.WrongType, $"content type {(call.ContentType.Length == 0 ? "missing" : call.ContentType)}, documented: {string.Join(", ", route.Accepts)}")
                ?? Refuse(call, Trouble.Malformed, "content type");
        }

        if (call.ContentType == "application/json" && route.Shape is not null)
        {
            return CheckJson(call, route.Shape);
        }

        Answer? refusal = null;
        var fields = call.Form.Keys.Concat(call.Form.Files.Select(f => f.Name)).ToArray();
        if (route.Fields.Length > 0)
        {
            foreach (var name in fields.Where(f => !route.Fields.Any(k => k.TrimEnd('!') == f)))
            {
                refusal ??= Note(call, Trouble.UnknownParameter, $"form field {name} is not documented");
            }

            foreach (var name in route.Fields.Where(f => f.EndsWith('!')).Select(f => f.TrimEnd('!')).Where(f => !fields.Contains(f)))
            {
                refusal ??= Note(call, Trouble.BadField, $"form field {name} is missing");
            }
        }

        return refusal;
    }

    private Answer? CheckJson(Call call, Shape shape)
    {
        try
        {
            using var document = JsonDocument.Parse(call.Body);
            call.Json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Note(call, Trouble.Malformed, "the body is not JSON") ?? Answer.Empty((int)HttpStatusCode.BadRequest);
        }

        Answer? refusal = null;
        foreach (var problem in shape.Check(call.Json))
        {
            var isUnknown = problem.EndsWith("is not a known field", StringComparison.Ordinal);
            Object(call, problem);
            refusal ??= Refuse(call, isUnknown ? Trouble.UnknownParameter : Trouble.BadField, problem);
        }

        return refusal;
    }

    private Answer? Note(Call call, Trouble trouble, string what)
    {
        Object(call, what);
        return Refuse(call, trouble, what);
    }
}

// Antiphon's migration hook for ASP.NET Core Identity, .NET 8 or later. See README.md beside this file.
using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

public static class AntiphonHook
{
    const int MaxBodyBytes = 128 * 1024;
    const int KeysLiveMs = 600_000;
    // Unknown key ids do not make us ask for the keys more often than this, whether they were answered or not.
    const int KeysRestMs = 10_000;
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    static KeySet known = new(new List<Jwk>());
    static Task asking = Task.CompletedTask;
    static long askedAt = Environment.TickCount64 - KeysLiveMs - 1;

    sealed record Jwk(string Kid, string? Alg, string? N, string? E);
    sealed record KeySet(List<Jwk> Keys);
    sealed record Call([property: JsonPropertyName("app_id")] string AppId, string Token);

    /// <summary>`app.MapAntiphonHook&lt;IdentityUser&gt;(appId, jwksUrl)`, after `UseAuthentication`.</summary>
    public static void MapAntiphonHook<TUser>(this WebApplication app, string appId, string jwksUrl) where TUser : IdentityUser
    {
        // Whose session is this? Whatever is wrong is 500: Antiphon reads a 4xx as "this session is no good".
        app.MapPost("/antiphon/session", async (HttpContext context, UserManager<TUser> users, SignInManager<TUser> logins) =>
        {
            try
            {
                var token = await ReadAsync(context.Request, appId, jwksUrl);
                var user = await UserOfTicketAsync(context, users, token) ?? await UserOfCookiesAsync(context, logins, token);
                if (user is null || await users.IsLockedOutAsync(user))
                    return Results.Json(new { error = "no session" }, statusCode: 401);
                var email = new { type = "email_address", value = user.Email, verified = user.EmailConfirmed };
                return Results.Json(new { user = new { external_id = user.Id, identifiers = new[] { email }, password_hash = user.PasswordHash } });
            }
            catch (Exception fault)
            {
                app.Logger.LogError(fault, "antiphon hook");
                return Results.Json(new { error = "could not tell" }, statusCode: 500);
            }
        }).AllowAnonymous();

        // For pages, which cannot read an HttpOnly cookie: a ticket for whoever is signed in here, good for two minutes.
        app.MapGet("/antiphon/ticket", (HttpContext context, ClaimsPrincipal user, UserManager<TUser> users) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            var id = users.GetUserId(user);
            return new { token = id is null ? null : Tickets(context).Protect(id, TimeSpan.FromMinutes(2)) };
        }).AllowAnonymous();
    }

    static async Task<string> ReadAsync(HttpRequest request, string appId, string jwksUrl)
    {
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await request.Body.ReadAsync(buffer)) > 0; body.Write(buffer, 0, read))
            if (body.Length > MaxBodyBytes) throw new CryptographicException("the body is too long");
        var keyId = request.Headers["X-Webhook-Signature-Key-Id"].ToString();
        var jwk = await KeyAsync(keyId, jwksUrl);
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = WebEncoders.Base64UrlDecode(jwk.N!),
            Exponent = WebEncoders.Base64UrlDecode(jwk.E!),
        });
        var signature = WebEncoders.Base64UrlDecode(request.Headers["X-Webhook-Signature"].ToString());
        if (!rsa.VerifyData(body.ToArray(), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
            throw new CryptographicException("the signature is not of this body");
        var call = JsonSerializer.Deserialize<Call>(body.ToArray(), new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
        if (call.AppId != appId) throw new CryptographicException("the call is for another application");
        return call.Token;
    }

    static async Task<Jwk> KeyAsync(string id, string jwksUrl)
    {
        Jwk? Find() => known.Keys.FirstOrDefault(key => key.Kid == id && key.Alg == "PS256");
        if (Environment.TickCount64 - askedAt > (Find() is null ? KeysRestMs : KeysLiveMs))
        {
            askedAt = Environment.TickCount64;
            asking = AskAsync(jwksUrl);
            await asking;
        }
        // Another call may be asking.
        if (Find() is null) await asking;
        return Find() ?? throw new CryptographicException("no key has this id");
    }

    static async Task AskAsync(string jwksUrl)
    {
        known = await Http.GetFromJsonAsync<KeySet>(jwksUrl) ?? throw new CryptographicException("no keys");
    }

    static ITimeLimitedDataProtector Tickets(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("antiphon.ticket").ToTimeLimitedDataProtector();

    static async Task<TUser?> UserOfTicketAsync<TUser>(HttpContext context, UserManager<TUser> users, string token) where TUser : class
    {
        try { return await users.FindByIdAsync(Tickets(context).Unprotect(token)); }
        catch (CryptographicException) { return null; }
    }

    /// <summary>The user of the cookie `.AspNetCore.Identity.Application=…`, pieces and all, if the security stamp is still the same.</summary>
    static async Task<TUser?> UserOfCookiesAsync<TUser>(HttpContext context, SignInManager<TUser> logins, string token) where TUser : class
    {
        var options = context.RequestServices.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var client = new DefaultHttpContext { RequestServices = context.RequestServices };
        client.Request.Headers.Cookie = token;
        var cookie = options.CookieManager.GetRequestCookie(client, options.Cookie.Name!);
        var ticket = cookie is null ? null : options.TicketDataFormat.Unprotect(cookie);
        if (ticket is not null && options.SessionStore is not null)
        {
            var key = ticket.Principal.FindFirstValue("Microsoft.AspNetCore.Authentication.Cookies-SessionId");
            ticket = key is null ? null : await options.SessionStore.RetrieveAsync(key);
        }
        if (ticket is null || ticket.Properties.ExpiresUtc < DateTimeOffset.UtcNow) return null;
        return await logins.ValidateSecurityStampAsync(ticket.Principal);
    }
}

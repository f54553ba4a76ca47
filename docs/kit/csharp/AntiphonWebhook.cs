// Antiphon's webhooks: bytes in, events out. .NET 6 or later, no package. Throws when anything is wrong: answer 400 then.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

public sealed class AntiphonWebhook
{
    static readonly HttpClient Http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
    readonly string appId, jwksUrl;
    readonly SemaphoreSlim turn = new SemaphoreSlim(1);
    Dictionary<string, byte[]> keys = new Dictionary<string, byte[]>();
    DateTimeOffset askedAt;

    /// <summary>jwksUrl: https://your-antiphon/.well-known/jwks.json. Make one per process, for it remembers the keys.</summary>
    public AntiphonWebhook(string appId, string jwksUrl) { this.appId = appId; this.jwksUrl = jwksUrl; }

    /// <summary>body: the bytes as they came; then X-Webhook-Signature, X-Webhook-Signature-Key-Id and DateTimeOffset.UtcNow.</summary>
    public async Task<List<JsonElement>> EventsAsync(byte[] body, string signature, string keyId, DateTimeOffset now)
    {
        var form = Regex.Match(signature ?? "", @"\Arsassa-pss-sha256=([A-Za-z0-9_-]+)\z");
        using var rsa = RSA.Create(new RSAParameters { Modulus = await KeyAsync(keyId ?? "", now), Exponent = new byte[] { 1, 0, 1 } });
        if (!form.Success || !rsa.VerifyData(body, Decode(form.Groups[1].Value), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
            throw new CryptographicException("not signed by Antiphon");
        using var document = JsonDocument.Parse(body);
        var batch = document.RootElement;
        if (batch.GetProperty("app_id").GetString() != appId) throw new CryptographicException("for another application");
        if ((now - batch.GetProperty("sent_at").GetDateTimeOffset()).Duration() > TimeSpan.FromMinutes(5))
            throw new CryptographicException("sent more than 5 minutes ago");
        return batch.GetProperty("events").EnumerateArray().Select(one => one.Clone()).ToList();
    }

    // Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time.
    async Task<byte[]> KeyAsync(string id, DateTimeOffset now)
    {
        await turn.WaitAsync();
        try
        {
            if (now - askedAt > TimeSpan.FromSeconds(keys.ContainsKey(id) ? 600 : 10))
            {
                askedAt = now;
                using var set = JsonDocument.Parse(await Http.GetByteArrayAsync(jwksUrl));
                keys = set.RootElement.GetProperty("keys").EnumerateArray()
                    .Where(jwk => jwk.TryGetProperty("alg", out var alg) && alg.GetString() == "PS256")
                    .ToDictionary(jwk => jwk.GetProperty("kid").GetString(), jwk => Decode(jwk.GetProperty("n").GetString()));
            }
            return keys.ContainsKey(id) ? keys[id] : throw new CryptographicException("no key " + id + " at " + jwksUrl);
        }
        finally { turn.Release(); }
    }

    static byte[] Decode(string text) =>
        Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - text.Length % 4) % 4));
}

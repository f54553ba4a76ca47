using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;

// As driver.mjs.
public static class Driver
{
    static async Task Main(string[] args)
    {
        var webhook = new AntiphonWebhook(args[0], args[1]);
        for (string line; (line = Console.In.ReadLine()) != null;)
        {
            var given = line.Split('\t');
            var headers = given.Skip(1).Take(2).Select(value => value == "" ? null : value).ToArray();
            try
            {
                var now = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(given[0]));
                List<JsonElement> events = await webhook.EventsAsync(Convert.FromBase64String(given[3]), headers[0], headers[1], now);
                Console.WriteLine("[" + string.Join(",", events.Select(one => JsonSerializer.Serialize(one))) + "]");
            }
            catch (Exception error)
            {
                Console.WriteLine("refused " + error.Message.Split('\n')[0]);
            }
        }
    }
}

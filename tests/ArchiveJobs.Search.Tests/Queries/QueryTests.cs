using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Search.Tests.Queries;

public sealed class QueryTests : IAsyncLifetime, IDisposable
{
    private readonly SearchRig _rig = new();
    private ContentId _offer;
    private ContentId _report;
    private ContentId _lunch;

    public async ValueTask InitializeAsync()
    {
        _offer = _rig.Add(Mail.Text("Offer for the annual maintenance", "\"Tanaka, Taro\" <tanaka@example.jp>", "sales@example.com", "Mon, 5 Jan 2026 10:00:00 +0900", "Please find the offer attached. It is valid until March."));
        _report = _rig.Add(Mail.Text("Annual report", "Suzuki <suzuki@example.jp>", "tanaka@example.jp", "Tue, 3 Feb 2026 23:30:00 +0900", "The maintenance was annual; nothing to offer."));
        _lunch = _rig.Add(Mail.Text("Lunch", "José Müller <jose@mueller.example>", "\"all\" <staff@example.com>, suzuki@example.jp", "Wed, 4 Feb 2026 00:30:00 +0900", "Café at noon? Don't be late."));
        await _rig.CatchUpAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("offer", "offer report")]
    [InlineData("OFFER", "offer report")]
    [InlineData("offer attached", "offer")]
    [InlineData("offer AND attached", "offer")]
    [InlineData("attached OR noon", "offer lunch")]
    [InlineData("attached OR noon late", "offer lunch")]
    [InlineData("(attached OR noon) late", "lunch")]
    [InlineData("annual -attached", "report")]
    [InlineData("annual NOT attached", "report")]
    [InlineData("annual AND NOT attached", "report")]
    [InlineData("-annual", "lunch")]
    [InlineData("NOT (annual OR noon)", "")]
    [InlineData("\"annual maintenance\"", "offer")]
    [InlineData("\"the annual\"", "offer")]
    [InlineData("\"maintenance annual\"", "")]
    [InlineData("maint*", "offer report")]
    [InlineData("\"annual rep\"*", "report")]
    [InlineData("subject:annual", "offer report")]
    [InlineData("subject:\"annual report\"", "report")]
    [InlineData("subject:offer", "offer")]
    [InlineData("subject:(lunch OR report)", "report lunch")]
    [InlineData("body:annual", "report")]
    [InlineData("from:tanaka", "offer")]
    [InlineData("to:tanaka", "report")]
    [InlineData("tanaka", "offer report")]
    [InlineData("from:\"tanaka taro\"", "offer")]
    [InlineData("from:tanaka@example.jp", "offer")]
    [InlineData("from:example.jp", "offer report")]
    [InlineData("example.com", "offer lunch")]
    [InlineData("jose@mueller.example", "lunch")]
    [InlineData("from:jose", "lunch")]
    [InlineData("from:josé", "lunch")]
    [InlineData("from:MULLER", "lunch")]
    [InlineData("cafe", "lunch")]
    [InlineData("don't", "lunch")]
    [InlineData("\"don t be\"", "lunch")]
    [InlineData("after:2026-02-04", "lunch")]
    [InlineData("before:2026-02-04", "offer report")]
    [InlineData("after:2026-01-05 before:2026-02-04", "offer report")]
    [InlineData("date:2026-02-03", "report")]
    [InlineData("date:2026-02", "report lunch")]
    [InlineData("date:2026-01-01..2026-02-03", "offer report")]
    [InlineData("date:..2026-01", "offer")]
    [InlineData("date:2025", "")]
    [InlineData("annual after:2026-02", "report")]
    [InlineData("", "offer report lunch")]
    [InlineData("?!", null)]
    [InlineData("offer ?!", "offer report")]
    [InlineData("http://mueller.example", "")]
    [InlineData("unknown:offer", "")]
    [InlineData("　offer　attached　", "offer")]
    [InlineData("（attached OR noon） late", "lunch")]
    [InlineData("from：tanaka", "offer")]
    [InlineData("件名:lunch", "lunch")]
    [InlineData("ＯＦＦＥＲ", "offer report")]
    public async Task Each_form_finds_what_it_says(string query, string? expected)
    {
        if (expected is null)
        {
            await Assert.ThrowsAsync<ArchiveException>(() => _rig.PageAsync(query));
            return;
        }

        var names = new Dictionary<string, ContentId> { ["offer"] = _offer, ["report"] = _report, ["lunch"] = _lunch };
        var ids = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => names[name]).Order();

        Assert.Equal(ids, await _rig.FindAsync(query));
    }

    [Theory]
    [InlineData("\"open", "A quotation mark is not closed (at character 1)")]
    [InlineData("a (b", "A bracket is not closed (at character 3)")]
    [InlineData("a) b", "A closing bracket has no opening one (at character 2)")]
    [InlineData("a OR", "Something is missing at the end (at character 5)")]
    [InlineData("OR a", "A word is missing before \"OR\" (at character 1)")]
    [InlineData("a AND OR b", "A word is missing before \"OR\" (at character 7)")]
    [InlineData("from:", "\"from:\" needs a value behind it (at character 1)")]
    [InlineData("x after:yesterday", "\"yesterday\" is not a date like 2026-01-31, 2026-01 or 2026 (at character 9)")]
    [InlineData("after:2026-02-30", "\"2026-02-30\" is not a date like 2026-01-31, 2026-01 or 2026 (at character 7)")]
    [InlineData("date:2026-02..2026-01", "\"2026-02..2026-01\" ends before it begins (at character 6)")]
    [InlineData("a*", "A prefix needs at least two letters before the star (at character 1)")]
    [InlineData("()", "A word is missing before \")\" (at character 2)")]
    public async Task A_query_that_cannot_be_read_is_refused_with_the_place(string query, string message)
    {
        var refusal = await Assert.ThrowsAsync<ArchiveException>(() => _rig.PageAsync(query));

        Assert.Equal(ErrorClass.Refused, refusal.Situation.Class);
        Assert.Equal(message, refusal.Message);
    }

    [Fact]
    public async Task Brackets_without_end_are_refused()
    {
        var refusal = await Assert.ThrowsAsync<ArchiveException>(() => _rig.PageAsync(new string('(', 3000) + "a"));

        Assert.Equal(ErrorClass.Refused, refusal.Situation.Class);
    }

    [Fact]
    public async Task Newest_first_sorts_by_date_and_best_first_by_score()
    {
        var newest = await _rig.PageAsync("annual OR noon", newestFirst: true);
        var best = await _rig.PageAsync("offer");

        Assert.Equal([_lunch, _report, _offer], newest.Hits.Select(hit => hit.Id));
        Assert.Equal([_offer, _report], best.Hits.Select(hit => hit.Id));
        Assert.True(best.Hits[0].Score > best.Hits[1].Score);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_the_total_counts_all()
    {
        var first = await _rig.PageAsync("", 0, 2, true);
        var second = await _rig.PageAsync("", 2, 2, true);
        var third = await _rig.PageAsync("", 4, 2, true);

        Assert.Equal([_lunch, _report], first.Hits.Select(hit => hit.Id));
        Assert.Equal([_offer], second.Hits.Select(hit => hit.Id));
        Assert.Empty(third.Hits);
        Assert.Equal([3L, 3L, 3L], [first.Total, second.Total, third.Total]);
    }

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(0, 0)]
    [InlineData(0, 1001)]
    [InlineData(99_999, 2)]
    public async Task Pages_out_of_range_are_refused(int offset, int limit)
    {
        var refusal = await Assert.ThrowsAsync<ArchiveException>(() => _rig.PageAsync("offer", offset, limit));

        Assert.Equal(ErrorClass.Refused, refusal.Situation.Class);
    }
}

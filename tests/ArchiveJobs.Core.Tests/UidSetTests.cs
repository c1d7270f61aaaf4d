namespace ArchiveJobs.Core.Tests;

public sealed class UidSetTests
{
    [Fact]
    public void Ranges_that_touch_become_one()
    {
        var set = new UidSet([5, 1, 2, 4, 3, 9]);

        Assert.Equal("1:5,9", set.ToString());
        Assert.Equal(6, set.Count);
    }

    [Fact]
    public void Removing_a_member_splits_its_range()
    {
        var set = new UidSet([1, 2, 3]);

        set.Remove(2);

        Assert.Equal("1,3", set.ToString());
    }

    [Fact]
    public void The_largest_number_is_a_member_like_any_other()
    {
        var set = new UidSet([uint.MaxValue, uint.MaxValue - 1]);

        Assert.True(set.Contains(uint.MaxValue));
        Assert.Equal(2, set.Count);
        Assert.Equal([uint.MaxValue - 1, uint.MaxValue], set.Enumerate());
        Assert.True(set.Except(set).IsEmpty);
    }

    [Fact]
    public void Set_operations_agree_with_plain_sets()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var a = Enumerable.Range(0, random.Next(40)).Select(_ => (uint)random.Next(1, 60)).ToList();
            var b = Enumerable.Range(0, random.Next(40)).Select(_ => (uint)random.Next(1, 60)).ToList();
            var setA = new UidSet(a);
            var setB = new UidSet(b);
            var union = setA.Clone();
            union.Add(setB);

            Assert.Equal(a.Distinct().Order(), setA.Enumerate());
            Assert.Equal(a.Intersect(b).Order(), setA.Intersect(setB).Enumerate());
            Assert.Equal(a.Distinct().Except(b).Order(), setA.Except(setB).Enumerate());
            Assert.Equal(a.Union(b).Order(), union.Enumerate());
            Assert.All(Enumerable.Range(1, 60), uid => Assert.Equal(a.Contains((uint)uid), setA.Contains((uint)uid)));
        }
    }
}

using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ArchiveJobs.Master;

/// <summary>Instants are stored as UTC ticks (100 ns since 0001): every database orders and compares them the same way.</summary>
public sealed class UtcTicksConverter : ValueConverter<DateTimeOffset, long>
{
    public UtcTicksConverter()
        : base(value => value.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero))
    {
    }
}

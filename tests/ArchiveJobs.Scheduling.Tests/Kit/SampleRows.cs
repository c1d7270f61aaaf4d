using System.Globalization;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>Two rows in every table of the model, with a value of its own in every column: one row with all values, one with every null that is allowed.</summary>
internal static class SampleRows
{
    public const int RowsOfATable = 2;

    private static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(9));

    public static MasterContext Open(IMasterProvider provider)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        provider.Configure(options);
        return new MasterContext(options.Options);
    }

    /// <returns>As <see cref="ReadAsync"/> gives it.</returns>
    public static async Task<List<string>> WriteAsync(IMasterProvider provider)
    {
        await using var db = Open(provider);
        var number = 0;
        var keys = new Dictionary<(IProperty, int), object?>();
        var lines = new List<string>();
        foreach (var type in InOrder(db.Model))
        {
            for (var row = 0; row < RowsOfATable; row++)
            {
                var entry = db.Entry(Activator.CreateInstance(type.ClrType)!);
                foreach (var property in type.GetProperties())
                {
                    number++;
                    var principal = property.FindFirstPrincipal();
                    var value = row == 1 && property.IsNullable ? null
                        : principal is not null && principal.DeclaringType != type ? keys[(principal, row)]
                        : principal is not null && property.IsForeignKey() && !property.IsPrimaryKey() ? null
                        : ValueOf(property, number, row);
                    entry.Property(property.Name).CurrentValue = value;
                    keys[(property, row)] = value;
                }

                entry.State = EntityState.Added;
                lines.AddRange(Lines(entry));
            }

            await db.SaveChangesAsync();
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>A line for each value of each row.</summary>
    public static async Task<List<string>> ReadAsync(IMasterProvider provider)
    {
        await using var db = Open(provider);
        foreach (var type in db.Model.GetEntityTypes())
        {
            var load = typeof(SampleRows).GetMethod(nameof(LoadAsync), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.MakeGenericMethod(type.ClrType);
            await (Task)load.Invoke(null, [db])!;
        }

        return [.. db.ChangeTracker.Entries().SelectMany(Lines).Order(StringComparer.Ordinal)];
    }

    private static Task LoadAsync<TRow>(MasterContext db)
        where TRow : class => db.Set<TRow>().LoadAsync();

    private static IEnumerable<string> Lines(EntityEntry entry)
    {
        var key = string.Join('/', entry.Metadata.FindPrimaryKey()!.Properties.Select(property => Text(entry.Property(property.Name).CurrentValue)));
        return entry.Properties.Select(property => $"{entry.Metadata.GetTableName()} {key} {property.Metadata.GetColumnName()} = {Text(property.CurrentValue)}");
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        byte[] bytes => Convert.ToHexString(bytes),
        DateTimeOffset at => at.UtcTicks.ToString(CultureInfo.InvariantCulture),
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static object ValueOf(IProperty property, int number, int row)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return type switch
        {
            { IsEnum: true } => Enum.GetValues(type).GetValue(number % Enum.GetValues(type).Length)!,
            _ when type == typeof(string) => $"{number}日'本🗾",
            _ when type == typeof(int) => 1000 + number,
            _ when type == typeof(long) => 5_000_000_000L + number,
            _ when type == typeof(bool) => row == 0,
            _ when type == typeof(double) => number + 0.1,
            _ when type == typeof(Guid) => new Guid(number, 0x1234, 0x5678, [9, 10, 11, 12, 13, 14, 15, 255]),
            _ when type == typeof(DateTimeOffset) => Start.AddTicks(number),   // 100 ns: the finest that is kept
            _ when type == typeof(byte[]) => new byte[] { 0, 255, (byte)number, 39 },
            _ => throw new NotSupportedException($"{property.DeclaringType.Name}.{property.Name} is a {type}: say here what a sample of it is."),
        };
    }

    private static List<IEntityType> InOrder(IModel model)
    {
        var ordered = new List<IEntityType>();
        while (model.GetEntityTypes().Except(ordered).FirstOrDefault(type => type.GetForeignKeys().All(key => key.PrincipalEntityType == type || ordered.Contains(key.PrincipalEntityType))) is { } next)
        {
            ordered.Add(next);
        }

        return ordered;
    }
}

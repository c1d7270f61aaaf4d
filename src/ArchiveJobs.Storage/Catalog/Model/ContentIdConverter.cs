using ArchiveJobs.Core;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ArchiveJobs.Storage.Catalog.Model;

internal sealed class ContentIdConverter() : ValueConverter<ContentId, byte[]>(id => id.ToArray(), bytes => new ContentId(bytes));

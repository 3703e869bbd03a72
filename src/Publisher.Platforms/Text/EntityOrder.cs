namespace Publisher.Platforms.Text;

/// <summary>Lists of entities found one kind at a time, made one list.</summary>
public static class EntityOrder
{
    /// <summary>In the order of the text; of two that overlap the one that begins first stays, and of two that begin together the earlier list's.</summary>
    public static IReadOnlyList<Entity> Merge(params ReadOnlySpan<IEnumerable<Entity>> lists)
    {
        var all = new List<Entity>();
        foreach (var list in lists)
        {
            all.AddRange(list);
        }

        var kept = new List<Entity>(all.Count);
        var end = 0;
        // OrderBy is stable: lists given first win.
        foreach (var entity in all.OrderBy(entity => entity.Start))
        {
            if (entity.Start >= end)
            {
                kept.Add(entity);
                end = entity.Start + entity.Length;
            }
        }

        return kept;
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace widthwise::bench {

/// What a figure is held against: a peer (another way of doing the same) or a floor (what physics and the
/// machine leave), measured in the same run and in the figure's unit.
struct Reference {
    std::string name;
    double value = 0;
};

/// What a figure, or its ratio to the reference, has to reach.
struct Target {
    enum class Of { Value, Ratio };
    enum class Bound { AtLeast, AtMost };
    Of of = Of::Value;
    Bound bound = Bound::AtMost;
    double limit = 0;
};
inline Target atLeast(double value)
{
    return {Target::Of::Value, Target::Bound::AtLeast, value};
}
inline Target atMost(double value)
{
    return {Target::Of::Value, Target::Bound::AtMost, value};
}
inline Target ratioAtLeast(double ratio)
{
    return {Target::Of::Ratio, Target::Bound::AtLeast, ratio};
}
inline Target ratioAtMost(double ratio)
{
    return {Target::Of::Ratio, Target::Bound::AtMost, ratio};
}

/// One row of the table that tests/bench/run prints.
struct Row {
    std::string figure;
    double value = 0;
    std::string unit;
    std::optional<Reference> reference = {};
    std::optional<Target> target = {}; ///< one of Ratio needs a reference
};

/// Prints the row: figure, value, unit, reference, its value, ratio, target, and `holds` or `falls short`.
void report(const Row& row);

/// Repeated measurements of one thing.
class Sample {
public:
    void add(double value) { m_values.push_back(value); }
    std::size_t size() const { return m_values.size(); }
    double min() const { return quantile(0); }
    double median() const { return quantile(0.5); }
    double p95() const { return quantile(0.95); }
    double max() const { return quantile(1); }

private:
    double quantile(double share) const;

    std::vector<double> m_values;
};

/// Seconds on the monotonic clock since it was made.
class Stopwatch {
public:
    Stopwatch();
    double seconds() const;

private:
    long long m_startNanoseconds;
};

/// Median seconds of `repeats` calls of `body`.
template <typename Body>
double medianSeconds(int repeats, const Body& body)
{
    Sample sample;
    for (int i = 0; i < repeats; ++i) {
        const Stopwatch watch;
        body();
        sample.add(watch.seconds());
    }
    return sample.median();
}

/// What the machine itself adds to whatever a person waits for: how many milliseconds too late a sleep of one
/// ends, as the 95 % quantile of 200. It stands beside bounds in seconds, which are for what people feel
/// only.
Reference lateness();

/// Keeps the compiler from leaving out the computation of `value`.
template <typename Value>
void use(const Value& value)
{
    asm volatile("" : : "g"(&value) : "memory");
}

/// A folder for the files of a benchmark, removed with the object. On disk, not in memory.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    std::string file(const std::string& name) const { return m_path + "/" + name; }

private:
    std::string m_path;
};

} // namespace widthwise::bench

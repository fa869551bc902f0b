// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"
#include "core/models/settings_rules.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// How core/models reads and writes each setting; for it, and for the families that list theirs.

namespace widthwise::trainer {

template <typename Enum>
struct Choice {
    std::string_view name;
    Enum value;
};

constexpr auto choicesOf(Parametrization)
{
    return std::to_array<Choice<Parametrization>>({{"sp", Parametrization::Standard},
                                                   {"mup", Parametrization::Maximal},
                                                   {"mup-table-3", Parametrization::MaximalTable3}});
}
constexpr auto choicesOf(OptimizerKind)
{
    return std::to_array<Choice<OptimizerKind>>(
        {{"sgd", OptimizerKind::Sgd}, {"adam", OptimizerKind::Adam}, {"adamw", OptimizerKind::AdamW}});
}
constexpr auto choicesOf(ScheduleKind)
{
    return std::to_array<Choice<ScheduleKind>>({{"constant", ScheduleKind::Constant},
                                                {"cosine", ScheduleKind::Cosine},
                                                {"one-cycle", ScheduleKind::OneCycle}});
}
constexpr auto choicesOf(Part)
{
    return std::to_array<Choice<Part>>({{"initialization", Part::Initialization},
                                        {"multipliers", Part::Multipliers},
                                        {"learning-rates", Part::LearningRates},
                                        {"attention", Part::Attention}});
}
constexpr auto choicesOf(Device)
{
    return std::to_array<Choice<Device>>(
        {{"auto", Device::Automatic}, {"cpu", Device::Cpu}, {"cuda", Device::Cuda}});
}
constexpr auto choicesOf(Precision)
{
    return std::to_array<Choice<Precision>>(
        {{"float32", Precision::Float32}, {"float64", Precision::Float64}, {"bf16", Precision::Bfloat16}});
}
constexpr auto choicesOf(Communication)
{
    return std::to_array<Choice<Communication>>({{"auto", Communication::Automatic},
                                                 {"shared-memory", Communication::SharedMemory},
                                                 {"gloo", Communication::Gloo},
                                                 {"nccl", Communication::Nccl}});
}

template <typename T>
concept Enumeration = std::is_enum_v<T>;

inline constexpr double none = std::numeric_limits<double>::infinity();

/// What a number may be.
struct Range {
    double low = -none;
    double high = none;
};

/// One setting, wherever in Settings it is.
template <typename T>
struct Member {
    T& (*in)(Settings&);
    const T& (*of)(const Settings&);
    Range range{};
    std::vector<std::string> names{}; ///< what a text may be; empty: anything
};

template <typename Group, typename T>
constexpr Group groupOf(T Group::*);
template <typename Group, typename T>
constexpr T typeOf(T Group::*);

/// The member of Settings or of a group of it that `pointer` points to.
template <auto pointer>
auto at(double low = -none, double high = none)
{
    using Group = decltype(groupOf(pointer));
    using T = decltype(typeOf(pointer));
    if constexpr (std::is_same_v<Group, Settings>) {
        return Member<T>{[](Settings& s) -> T& { return s.*pointer; },
                         [](const Settings& s) -> const T& { return s.*pointer; },
                         {low, high}};
    } else {
        return Member<T>{[](Settings& s) -> T& { return s.of<Group>().*pointer; },
                         [](const Settings& s) -> const T& { return s.of<Group>().*pointer; },
                         {low, high}};
    }
}

/// A text that is one of these.
template <auto pointer>
Member<std::string> oneOf(std::vector<std::string> names)
{
    Member<std::string> member = at<pointer>();
    member.names = std::move(names);
    return member;
}

using AnyMember =
    std::variant<Member<bool>, Member<std::int64_t>, Member<double>, Member<std::string>,
                 Member<std::vector<std::string>>, Member<std::vector<double>>, Member<Parametrization>,
                 Member<OptimizerKind>, Member<ScheduleKind>, Member<Precision>, Member<Device>,
                 Member<Communication>, Member<std::vector<Part>>>;

/// What else there is to know of a setting.
enum class Trait {
    None,
    MayChange, ///< a run may go on with another value than it began with
    File       ///< it names a file, which may be none
};

struct Setting {
    std::string key;
    AnyMember member;
    std::string meaning;
    Trait trait = Trait::None;
};

/// The settings of one group, and what holds among them.
struct SettingsGroup {
    std::vector<Setting> settings;
    std::vector<SettingsRule> rules;
};

/// All settings, in the order in which they are listed.
const std::vector<Setting>& settings();

} // namespace widthwise::trainer

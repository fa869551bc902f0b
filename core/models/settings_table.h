// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

#include <array>
#include <limits>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

// How core/models reads and writes each member of Settings; for it alone.

namespace widthwise::trainer {

template <typename Enum>
struct Choice {
    std::string_view name;
    Enum value;
};

constexpr auto choicesOf(ModelKind)
{
    return std::to_array<Choice<ModelKind>>(
        {{"gn2", ModelKind::Gn2}, {"mlp", ModelKind::Mlp}, {"mlpf", ModelKind::Mlpf}});
}
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
constexpr auto choicesOf(Activation)
{
    return std::to_array<Choice<Activation>>({{"relu", Activation::Relu}, {"tanh", Activation::Tanh}});
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

template <typename T>
struct Member {
    T Settings::*pointer;
    Range range{};
};

using AnyMember =
    std::variant<Member<bool>, Member<std::int64_t>, Member<double>, Member<std::string>,
                 Member<std::vector<std::string>>, Member<std::vector<double>>, Member<ModelKind>,
                 Member<Activation>, Member<Parametrization>, Member<OptimizerKind>, Member<ScheduleKind>,
                 Member<Precision>, Member<Device>, Member<Communication>, Member<std::vector<Part>>>;

struct Setting {
    std::string_view key;
    AnyMember member;
    std::string_view meaning;
};

/// All settings, in the order in which they are listed.
const std::vector<Setting>& settings();

} // namespace widthwise::trainer

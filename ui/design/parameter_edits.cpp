// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/parameter_edits.h"

#include "ui/design/value_list.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace widthwise::ui {

namespace {

constexpr int newChoices = 3;

QString toQString(const Value& value)
{
    return QString::fromStdString(toText(value));
}

/// Empty where the text is no such number.
template <class Number>
std::optional<Number> number(const QString& text)
{
    const std::string written = text.trimmed().toStdString();
    if (isTooLargeInteger(written))
        return std::nullopt;
    const Value value = valueFromText(written);
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<Number>(*integer);
    if constexpr (std::is_same_v<Number, double>) {
        const auto* real = std::get_if<double>(&value);
        if (real != nullptr && std::isfinite(*real))
            return *real;
    }
    return std::nullopt;
}

QString typeOf(const Domain& domain)
{
    static const QStringList names = ParameterEdits::types();
    return names[static_cast<qsizetype>(domain.index())];
}

std::pair<double, double> boundsOf(const Domain& domain)
{
    if (const auto* range = std::get_if<FloatRange>(&domain))
        return {range->low, range->high};
    if (const auto* range = std::get_if<IntegerRange>(&domain))
        return {static_cast<double>(range->low), static_cast<double>(range->high)};

    const auto* choices = std::get_if<Choices>(&domain);
    const std::vector<Value> values =
        choices != nullptr ? choices->values : std::vector{std::get<FixedValue>(domain).value};
    double low = INFINITY;
    double high = -INFINITY;
    for (const Value& value : values) {
        if (std::holds_alternative<std::string>(value))
            return {0, 1};
        low = std::min(low, toNumber(value));
        high = std::max(high, toNumber(value));
    }
    if (values.empty())
        return {0, 1};
    return {low, high > low ? high : low + 1};
}

Scale scaleOf(const Domain& domain)
{
    if (const auto* range = std::get_if<FloatRange>(&domain))
        return range->scale;
    if (const auto* range = std::get_if<IntegerRange>(&domain))
        return range->scale;
    return Scale::Linear;
}

std::vector<Value> valuesOf(const Domain& domain)
{
    if (const auto* choices = std::get_if<Choices>(&domain))
        return choices->values;
    return gridValues(domain, newChoices);
}

/// The domain as another type, keeping of it what can be kept.
Domain converted(const Domain& domain, const QString& type)
{
    const auto [low, high] = boundsOf(domain);
    if (type == ParameterEdits::types()[0])
        return FloatRange{low, high, scaleOf(domain), std::nullopt};
    if (type == ParameterEdits::types()[1]) {
        const auto first = static_cast<std::int64_t>(std::ceil(low));
        const auto last = std::max(static_cast<std::int64_t>(std::floor(high)), first + 1);
        const Scale scale = first > 0 ? scaleOf(domain) : Scale::Linear;
        return IntegerRange{first, last, scale, std::nullopt};
    }
    if (type == ParameterEdits::types()[2])
        return Choices{valuesOf(domain)};
    return FixedValue{valuesOf(domain).empty() ? Value(std::int64_t{0}) : valuesOf(domain).front()};
}

template <class Range>
QString rangeText(const Range& range, ParameterField field)
{
    switch (field) {
    case ParameterField::Scale:
        return range.scale == Scale::Log ? QStringLiteral("log") : QStringLiteral("linear");
    case ParameterField::Low:
        return toQString(range.low);
    case ParameterField::High:
        return toQString(range.high);
    case ParameterField::Step:
        return range.step ? toQString(*range.step) : QString();
    default:
        return {};
    }
}

/// Sets a bound, the step or the scale; false where the text is no number of the range's kind.
template <class Range>
bool setRange(Range& range, ParameterField field, const QString& text)
{
    using Number = decltype(range.low);
    if (field == ParameterField::Scale) {
        range.scale = text == QStringLiteral("log") ? Scale::Log : Scale::Linear;
        if (range.scale == Scale::Log)
            range.step.reset();
        return true;
    }
    if (field == ParameterField::Step && text.trimmed().isEmpty()) {
        range.step.reset();
        return true;
    }
    const std::optional<Number> value = number<Number>(text);
    if (!value)
        return false;
    if (field == ParameterField::Low)
        range.low = *value;
    else if (field == ParameterField::High)
        range.high = *value;
    else
        range.step = *value;
    return true;
}

/// The copy of a copy counts on, as with experiments: of `lr_2` it is `lr_3`.
QString freeName(const SearchSpace& space, const QString& wanted)
{
    const auto isTaken = [&space](const QString& name) { return space.find(name.toStdString()) != nullptr; };
    static const QRegularExpression number(QStringLiteral("_[0-9]+$"));
    const QString unnumbered = QString(wanted).remove(number);
    const QString stem = isTaken(unnumbered) ? unnumbered : wanted; // of beta_1 there may be no beta
    QString name = wanted;
    for (int suffix = 2; isTaken(name); ++suffix)
        name = stem + u'_' + QString::number(suffix);
    return name;
}

/// Conditions on a parameter follow it when it gets another name.
void rename(std::vector<Parameter>& parameters, std::size_t row, const std::string& name)
{
    const std::string before = std::exchange(parameters[row].name, name);
    for (Parameter& parameter : parameters)
        if (parameter.when && parameter.when->parameter == before)
            parameter.when->parameter = name;
}

/// A condition that holds at first, until a person narrows it.
Condition conditionOn(const SearchSpace& space, const QString& name)
{
    const Parameter* parameter = space.find(name.toStdString());
    Condition condition{name.toStdString(), {}};
    if (parameter != nullptr && !valuesOf(parameter->domain).empty())
        condition.values.push_back(valuesOf(parameter->domain).front());
    return condition;
}

} // namespace

QStringList ParameterEdits::types()
{
    return {QStringLiteral("float"), QStringLiteral("integer"), QStringLiteral("categorical"),
            QStringLiteral("fixed")};
}

QStringList ParameterEdits::conditions(const SearchSpace& space, int row)
{
    std::vector<Parameter> before(space.parameters().begin(), space.parameters().begin() + row);
    const auto rank = [](const Parameter& parameter) {
        const Domain& domain = parameter.domain;
        return std::holds_alternative<Choices>(domain)      ? 0
               : std::holds_alternative<FloatRange>(domain) ? 2
                                                            : 1;
    };
    std::ranges::stable_sort(before, {}, rank);
    QStringList names;
    for (const Parameter& parameter : before)
        names.append(QString::fromStdString(parameter.name));
    return names;
}

QString ParameterEdits::fieldLabel(ParameterField field)
{
    switch (field) {
    case ParameterField::Name:
        return tr("Name");
    case ParameterField::Type:
        return tr("Type");
    case ParameterField::Scale:
        return tr("Scale");
    case ParameterField::Low:
        return tr("Low");
    case ParameterField::High:
        return tr("High");
    case ParameterField::Step:
        return tr("Step");
    case ParameterField::Values:
        return tr("Values");
    case ParameterField::Condition:
        return tr("Only while");
    case ParameterField::ConditionValues:
        return tr("is one of");
    }
    return {};
}

QString ParameterEdits::fieldKey(const Parameter& parameter, ParameterField field)
{
    switch (field) {
    case ParameterField::Name:
        return QStringLiteral("name");
    case ParameterField::Type:
        return QStringLiteral("type");
    case ParameterField::Scale:
        return QStringLiteral("scale");
    case ParameterField::Low:
        return QStringLiteral("low");
    case ParameterField::High:
        return QStringLiteral("high");
    case ParameterField::Step:
        return QStringLiteral("step");
    case ParameterField::Values:
        return std::holds_alternative<FixedValue>(parameter.domain) ? QStringLiteral("value")
                                                                    : QStringLiteral("values");
    case ParameterField::Condition:
    case ParameterField::ConditionValues:
        return QStringLiteral("when");
    }
    return {};
}

bool ParameterEdits::applies(const Parameter& parameter, ParameterField field)
{
    const bool range = std::holds_alternative<FloatRange>(parameter.domain) ||
                       std::holds_alternative<IntegerRange>(parameter.domain);
    switch (field) {
    case ParameterField::Scale:
    case ParameterField::Low:
    case ParameterField::High:
        return range;
    case ParameterField::Step:
        return range && scaleOf(parameter.domain) == Scale::Linear;
    case ParameterField::Values:
        return !range;
    case ParameterField::ConditionValues:
        return parameter.when.has_value();
    default:
        return true;
    }
}

QString ParameterEdits::text(const Parameter& parameter, ParameterField field)
{
    switch (field) {
    case ParameterField::Name:
        return QString::fromStdString(parameter.name);
    case ParameterField::Type:
        return typeOf(parameter.domain);
    case ParameterField::Condition:
        return parameter.when ? QString::fromStdString(parameter.when->parameter) : QString();
    case ParameterField::ConditionValues:
        return parameter.when ? valuesToText(parameter.when->values) : QString();
    case ParameterField::Values:
        if (const auto* fixed = std::get_if<FixedValue>(&parameter.domain))
            return valueToText(fixed->value);
        if (const auto* choices = std::get_if<Choices>(&parameter.domain))
            return valuesToText(choices->values);
        return {};
    default:
        break;
    }
    if (const auto* range = std::get_if<FloatRange>(&parameter.domain))
        return rangeText(*range, field);
    if (const auto* range = std::get_if<IntegerRange>(&parameter.domain))
        return rangeText(*range, field);
    return {};
}

SpaceEdit ParameterEdits::withField(const SearchSpace& space, int row, ParameterField field,
                                    const QString& text)
{
    std::vector<Parameter> parameters = space.parameters();
    const auto index = static_cast<std::size_t>(row);
    Parameter& parameter = parameters.at(index);
    const auto done = [&] { return SpaceEdit{SearchSpace(std::move(parameters)), {}}; };
    const auto refused = [&](const QString& error) { return SpaceEdit{space, error}; };

    switch (field) {
    case ParameterField::Name: {
        const std::string name = text.trimmed().toStdString();
        const Parameter* other = space.find(name);
        if (name.empty())
            return refused(tr("A parameter needs a name"));
        if (other != nullptr && other != &space.parameters()[index])
            return refused(tr("Another parameter has this name"));
        rename(parameters, index, name);
        return done();
    }
    case ParameterField::Type:
        parameter.domain = converted(parameter.domain, text);
        return done();
    case ParameterField::Condition:
        parameter.when = text.isEmpty() ? std::nullopt : std::optional(conditionOn(space, text));
        return done();
    case ParameterField::ConditionValues:
        if (valuesFromText(text).empty() || !parameter.when)
            return refused(tr("Needs at least one value; separate several by commas"));
        parameter.when->values = valuesFromText(text);
        return done();
    case ParameterField::Values:
        if (valuesFromText(text).empty())
            return refused(tr("Needs at least one value; separate several by commas"));
        if (auto* fixed = std::get_if<FixedValue>(&parameter.domain))
            fixed->value = valuesFromText(text).front();
        else if (auto* choices = std::get_if<Choices>(&parameter.domain))
            choices->values = valuesFromText(text);
        return done();
    default:
        break;
    }
    if (auto* range = std::get_if<FloatRange>(&parameter.domain))
        return setRange(*range, field, text) ? done()
                                             : refused(tr("Not a number; write it like 0.001 or 1e-3"));
    if (auto* range = std::get_if<IntegerRange>(&parameter.domain))
        return setRange(*range, field, text) ? done() : refused(tr("Not an integer"));
    return refused(tr("A %1 has no such field").arg(typeOf(parameter.domain)));
}

SearchSpace ParameterEdits::withNew(const SearchSpace& space, int row, const QString& type)
{
    std::vector<Parameter> parameters = space.parameters();
    Parameter parameter;
    parameter.name = freeName(space, QStringLiteral("parameter")).toStdString();
    parameter.domain = converted(FloatRange{}, type);
    parameters.insert(parameters.begin() + row, std::move(parameter));
    return SearchSpace(std::move(parameters));
}

SearchSpace ParameterEdits::withDuplicate(const SearchSpace& space, int row)
{
    std::vector<Parameter> parameters = space.parameters();
    Parameter copy = parameters.at(static_cast<std::size_t>(row));
    copy.name = freeName(space, QString::fromStdString(copy.name)).toStdString();
    parameters.insert(parameters.begin() + row + 1, std::move(copy));
    return SearchSpace(std::move(parameters));
}

SearchSpace ParameterEdits::without(const SearchSpace& space, int row)
{
    std::vector<Parameter> parameters = space.parameters();
    parameters.erase(parameters.begin() + row);
    return SearchSpace(std::move(parameters));
}

SearchSpace ParameterEdits::withMoved(const SearchSpace& space, int from, int to)
{
    std::vector<Parameter> parameters = space.parameters();
    Parameter moved = std::move(parameters.at(static_cast<std::size_t>(from)));
    parameters.erase(parameters.begin() + from);
    parameters.insert(parameters.begin() + to, std::move(moved));
    return SearchSpace(std::move(parameters));
}

} // namespace widthwise::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trial_query.h"

#include "core/experiment/rung_standing.h"
#include "ui/models/texts.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>

namespace widthwise::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::TrialQuery", text);
}

enum class Sign { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };

struct SignText {
    QString text;
    Sign sign;
};

/// Longer ones first.
const std::array<SignText, 10>& signTexts()
{
    static const std::array<SignText, 10> all{{{QStringLiteral("<="), Sign::LessOrEqual},
                                               {QStringLiteral(">="), Sign::GreaterOrEqual},
                                               {QStringLiteral("!="), Sign::NotEqual},
                                               {QStringLiteral("=="), Sign::Equal},
                                               {QStringLiteral("≤"), Sign::LessOrEqual},
                                               {QStringLiteral("≥"), Sign::GreaterOrEqual},
                                               {QStringLiteral("≠"), Sign::NotEqual},
                                               {QStringLiteral("<"), Sign::Less},
                                               {QStringLiteral(">"), Sign::Greater},
                                               {QStringLiteral("="), Sign::Equal}}};
    return all;
}

/// `name sign value`; without a sign all is the name.
struct Term {
    QString name;
    std::optional<Sign> sign;
    QString value;
    QString text; ///< as it was written
};

QString unquoted(QString text)
{
    return text.remove(u'"');
}

/// The place of the first sign outside quotes, and which it is; null without one.
std::pair<qsizetype, const SignText*> signIn(const QString& text)
{
    bool quoted = false;
    for (qsizetype at = 0; at < text.size(); ++at) {
        quoted ^= text.at(at) == u'"';
        if (quoted)
            continue;
        for (const SignText& sign : signTexts())
            if (QStringView(text).sliced(at).startsWith(sign.text))
                return {at, &sign};
    }
    return {-1, nullptr};
}

QStringList splitAtSpaces(const QString& text)
{
    QStringList parts(QString{});
    bool quoted = false;
    for (const QChar character : text) {
        quoted ^= character == u'"';
        if (character.isSpace() && !quoted)
            parts.append(QString());
        else
            parts.back() += character;
    }
    parts.removeAll(QString());
    return parts;
}

/// Spaces may stand around signs and the dots of a range.
QStringList splitTerms(const QString& text)
{
    const auto joins = [](const QString& part, bool atEnd) {
        const auto touches = [&](const QString& sign) {
            return atEnd ? part.endsWith(sign) : part.startsWith(sign);
        };
        return touches(QStringLiteral("..")) ||
               std::ranges::any_of(signTexts(), [&](const SignText& sign) { return touches(sign.text); });
    };
    QStringList terms;
    for (const QString& part : splitAtSpaces(text)) {
        if (!terms.isEmpty() && (joins(terms.back(), true) || joins(part, false)))
            terms.back() += part;
        else
            terms.append(part);
    }
    return terms;
}

Term termOf(const QString& text)
{
    const auto [at, sign] = signIn(text);
    if (!sign)
        return {unquoted(text), std::nullopt, {}, text};
    return {unquoted(text.left(at)), sign->sign, unquoted(text.mid(at + sign->text.size())), text};
}

std::optional<double> numberOf(const QString& text)
{
    bool valid = false;
    const double number = text.toDouble(&valid);
    return valid && !std::isnan(number) ? std::optional(number) : std::nullopt;
}

/// What a person who reads the value would type for it.
bool isShownAs(double value, double number)
{
    return value == number ||
           (numberText(value) == numberText(number) && numberText(number).toDouble() == number);
}

struct Range {
    double low;
    double high;

    bool contains(double value) const
    {
        return (value >= low || isShownAs(value, low)) && (value <= high || isShownAs(value, high));
    }
};

/// `0.1..0.3`, `0.1..`, `..0.3`. Empty where it is none.
std::optional<Range> rangeOf(const QString& text)
{
    const qsizetype dots = text.indexOf(QStringLiteral(".."));
    if (dots < 0 || text.size() == 2)
        return std::nullopt;
    const QString from = text.left(dots);
    const QString to = text.mid(dots + 2);
    const auto low = from.isEmpty() ? std::optional(-HUGE_VAL) : numberOf(from);
    const auto high = to.isEmpty() ? std::optional(HUGE_VAL) : numberOf(to);
    return low && high ? std::optional(Range{*low, *high}) : std::nullopt;
}

bool compare(double value, Sign sign, double number, bool exactly)
{
    const bool same = exactly ? value == number : isShownAs(value, number);
    switch (sign) {
    case Sign::Equal:
        return same;
    case Sign::NotEqual:
        return !same;
    case Sign::Less:
        return value < number && !same;
    case Sign::LessOrEqual:
        return value < number || same;
    case Sign::Greater:
        return value > number && !same;
    case Sign::GreaterOrEqual:
        return value > number || same;
    }
    Q_UNREACHABLE();
}

/// What a trial has of what is asked for; empty where it has nothing.
using Getter = std::function<std::optional<Value>(const Trial&)>;

/// Something of a trial that can be asked for.
struct Field {
    Getter get;
    bool numbers = true; ///< it may be a number
    bool words = false;  ///< it may be a word
};

Field parameterField(const Parameter& parameter)
{
    const auto isWord = [](const Value& value) {
        return std::holds_alternative<std::string>(value) || std::holds_alternative<bool>(value);
    };
    Field field{[name = parameter.name](const Trial& trial) {
        const Value* value = trial.configuration.find(name);
        return value ? std::optional(*value) : std::nullopt;
    }};
    std::vector<Value> values;
    if (const auto* choices = std::get_if<Choices>(&parameter.domain))
        values = choices->values;
    else if (const auto* fixed = std::get_if<FixedValue>(&parameter.domain))
        values = {fixed->value};
    field.words = std::ranges::any_of(values, isWord);
    field.numbers = values.empty() || !std::ranges::all_of(values, isWord);
    return field;
}

/// What the names of conditions mean.
struct Names {
    const SearchSpace& space;
    QString objective;
    const RungPlan& plan;

    QStringList all() const
    {
        QStringList all{QStringLiteral("number"), QStringLiteral("state"), QStringLiteral("objective")};
        if (plan.rungs > 1)
            all += {QStringLiteral("rung"), QStringLiteral("bracket")};
        for (const Parameter& parameter : space.parameters())
            all.append(QString::fromStdString(parameter.name));
        return all;
    }
};

std::optional<Field> fieldOf(const QString& name, const Names& names)
{
    for (const Qt::CaseSensitivity cases : {Qt::CaseSensitive, Qt::CaseInsensitive})
        for (const Parameter& parameter : names.space.parameters())
            if (name.compare(QString::fromStdString(parameter.name), cases) == 0)
                return parameterField(parameter);
    const auto is = [&name](const QString& other) { return name.compare(other, Qt::CaseInsensitive) == 0; };
    if (is(QStringLiteral("number")) || is(QStringLiteral("trial")))
        return Field{[](const Trial& trial) { return Value(std::int64_t(trial.number)); }};
    if (names.plan.rungs > 1 && is(QStringLiteral("rung")))
        return Field{
            [plan = names.plan](const Trial& trial) { return Value(std::int64_t(rungOf(trial, plan))); }};
    if (names.plan.rungs > 1 && is(QStringLiteral("bracket")))
        return Field{[](const Trial& trial) { return Value(std::int64_t(trial.bracket)); }};
    if (is(QStringLiteral("objective")) || (!names.objective.isEmpty() && is(names.objective)))
        return Field{[](const Trial& trial) {
            return trial.objective ? std::optional<Value>(*trial.objective) : std::nullopt;
        }};
    return std::nullopt;
}

using Predicate = std::function<bool(const Trial&)>;

/// A condition, or what is wrong with it.
struct Reading {
    Predicate holds;
    QString problem;
};

Reading readState(const Term& term)
{
    std::set<TrialState> wanted;
    QStringList labels;
    for (int state = 0; state <= int(TrialState::Cancelled); ++state) {
        labels.append(Theme::sign(TrialState(state)).label);
        if (!term.value.isEmpty() && labels.back().startsWith(term.value, Qt::CaseInsensitive))
            wanted.insert(TrialState(state));
    }
    if (*term.sign != Sign::Equal && *term.sign != Sign::NotEqual)
        return {{}, tr("A state is asked for with = or !=.")};
    if (wanted.empty())
        return {{}, tr("There is no state “%1”, but %2.").arg(term.value, labels.join(QStringLiteral(", ")))};
    return {[wanted, equal = *term.sign == Sign::Equal](const Trial& trial) {
                return wanted.contains(trial.state) == equal;
            },
            {}};
}

Reading readRange(const Term& term, const Field& field, const Range& range)
{
    const bool inside = *term.sign == Sign::Equal;
    if (!inside && *term.sign != Sign::NotEqual)
        return {{}, tr("A range is asked for with = or !=: %1=%2.").arg(term.name, term.value)};
    if (range.low > range.high)
        return {{}, tr("The range %1 is empty: the smaller number comes first.").arg(term.value)};
    return {[get = field.get, range, inside](const Trial& trial) {
                const std::optional<Value> value = get(trial);
                const bool number = value && !std::holds_alternative<std::string>(*value);
                return (number && range.contains(toNumber(*value))) == inside;
            },
            {}};
}

Reading readComparison(const Term& term, const Field& field)
{
    const bool ordered = *term.sign != Sign::Equal && *term.sign != Sign::NotEqual;
    const std::optional<double> number = numberOf(term.value);
    if (ordered && !field.numbers)
        return {{}, tr("%1 has no numbers: ask with = or !=.").arg(term.name)};
    if (!number && (ordered || !field.words))
        return {{}, tr("“%1” is no number.").arg(term.value)};
    return {[get = field.get, sign = *term.sign, number, word = term.value](const Trial& trial) {
                const std::optional<Value> value = get(trial);
                if (!value)
                    return sign == Sign::NotEqual;
                const bool isWord =
                    QString::fromStdString(toText(*value)).compare(word, Qt::CaseInsensitive) == 0;
                if (isWord || !number || std::holds_alternative<std::string>(*value))
                    return isWord ? compare(0, sign, 0, true) : sign == Sign::NotEqual;
                return compare(toNumber(*value), sign, *number, !std::holds_alternative<double>(*value));
            },
            {}};
}

Reading read(const Term& term, const Names& names)
{
    if (term.name.isEmpty())
        return {{}, tr("A name has to stand before the sign: lr<0.01.")};
    if (term.value.isEmpty())
        return {{}, tr("A value has to stand behind the sign.")};
    const std::optional<Field> field = fieldOf(term.name, names);
    if (field) {
        const std::optional<Range> range = rangeOf(term.value);
        return range && field->numbers ? readRange(term, *field, *range) : readComparison(term, *field);
    }
    if (term.name.compare(QStringLiteral("state"), Qt::CaseInsensitive) == 0)
        return readState(term);
    return {{}, tr("There is no “%1”, but %2.").arg(term.name, names.all().join(QStringLiteral(", ")))};
}

} // namespace

TrialQuery::TrialQuery(const QString& text, const SearchSpace& space, const QString& objective,
                       const RungPlan& plan)
{
    for (const QString& written : splitTerms(text)) {
        const Term term = termOf(written);
        if (!term.sign && rangeOf(term.name)) {
            m_problems.append(tr("“%1” is left out. A range needs a name: lr=%1.").arg(term.text));
            continue;
        }
        if (!term.sign) {
            m_words.append(term.name);
            continue;
        }
        Reading reading = read(term, {space, objective, plan});
        if (reading.holds)
            m_conditions.push_back(std::move(reading.holds));
        else
            m_problems.append(tr("“%1” is left out. %2").arg(term.text, reading.problem));
    }
    m_words.removeAll(QString());
    QStringList states;
    for (int state = 0; state <= int(TrialState::Cancelled); ++state)
        if (const QString label = Theme::sign(TrialState(state)).label;
            m_words.contains(label, Qt::CaseInsensitive))
            states.append(label);
    if (states.size() > 1)
        m_problems.append(
            tr("No trial is %1: all words of a filter must hold. Leave the states out and hide the others "
               "with the buttons above.")
                .arg(states.join(tr(" and "))));
}

bool TrialQuery::matches(const Trial& trial, const QString& description) const
{
    return std::ranges::all_of(m_conditions, [&trial](const Predicate& holds) { return holds(trial); }) &&
           std::ranges::all_of(m_words, [&description](const QString& word) {
               return description.contains(word, Qt::CaseInsensitive);
           });
}

} // namespace widthwise::ui

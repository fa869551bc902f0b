// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/ticks.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace widthwise::ui {

namespace {

constexpr double tolerance = 1e-9;

std::vector<double> decadesTimes(std::initializer_list<double> mantissas, int everyNth, double low,
                                 double high)
{
    std::vector<double> ticks;
    const int first = int(std::floor(std::log10(low) + tolerance));
    const int last = int(std::floor(std::log10(high) + tolerance));
    for (int decade = first; decade <= last; ++decade)
        if (decade % everyNth == 0)
            for (const double mantissa : mantissas) {
                const double value = mantissa * std::pow(10.0, decade);
                if (value >= low * (1 - tolerance) && value <= high * (1 + tolerance))
                    ticks.push_back(value);
            }
    return ticks;
}

std::vector<double> evenTicks(double low, double high, int wanted)
{
    const double rough = (high - low) / std::max(1, wanted);
    const double decade = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * decade;
    for (const double mantissa : {1.0, 2.0, 5.0})
        if (mantissa * decade >= rough * (1 - tolerance)) {
            step = mantissa * decade;
            break;
        }
    std::vector<double> ticks;
    for (double n = std::ceil(low / step - tolerance); n * step <= high * (1 + tolerance); ++n)
        ticks.push_back(n * step);
    return ticks;
}

} // namespace

std::vector<double> logTicks(double low, double high, int wanted)
{
    const double decades = std::log10(high / low);
    if (!(low > 0) || !(decades > 0))
        return {};
    if (decades >= wanted)
        return decadesTimes({1}, int(std::ceil(decades / wanted)), low, high);
    if (3 * decades <= wanted) {
        const std::vector<double> ticks = decadesTimes({1, 2, 5}, 1, low, high);
        if (ticks.size() >= 3)
            return ticks;
    }
    if (decades >= 2)
        return decadesTimes({1}, 1, low, high);
    return evenTicks(low, high, wanted);
}

std::vector<double> logSubTicks(double low, double high)
{
    return decadesTimes({1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, low, high);
}

std::vector<double> log2Ticks(double low, double high, int wanted)
{
    if (!(low > 0) || !(high > low) || wanted < 1)
        return {};
    const int first = int(std::ceil(std::log2(low) - tolerance));
    const int last = int(std::floor(std::log2(high) + tolerance));
    int step = 1;
    while ((last - first) / step >= wanted)
        ++step;
    std::vector<double> ticks;
    for (int power = first; power <= last; ++power)
        if (power % step == 0)
            ticks.push_back(std::exp2(power));
    return ticks;
}

QString powerOfTwoText(double value)
{
    static const QString superscripts = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = QStringLiteral("2");
    const QString power = QString::number(std::lround(std::log2(value)));
    for (const QChar digit : power)
        text += digit == u'-' ? QChar(u'⁻') : superscripts.at(digit.digitValue());
    return text;
}

QString tickText(double value)
{
    return QString::number(value, 'g', 6);
}

} // namespace widthwise::ui

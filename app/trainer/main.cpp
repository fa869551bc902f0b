// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trainer/commands.h"

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv)
{
    const int code = widthwise::trainer::runCommand({argv + 1, argv + argc});
    std::cout.flush();
    std::_Exit(code); // LibTorch's static destructors take a tenth of a second
}
